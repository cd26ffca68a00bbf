package targets

import (
	"sync"
	"time"

	"skywatch/catalog"
	"skywatch/metric"
)

// Status is how far a delivery is.
type Status string

// The statuses of deliveries.
const (
	Waiting   Status = "waiting"   // for its first attempt or another
	Delivered Status = "delivered" // the target took it
	Failed    Status = "failed"    // given up
)

// Entry is what the log tells of a delivery: never its message.
type Entry struct {
	ID string `json:"Id"`
	metric.Tenant
	Cause, Target, Kind string
	Status              Status
	Created             time.Time
	// NextAttempt is of those that wait, Ended of the others.
	NextAttempt time.Time `json:",omitzero"`
	Ended       time.Time `json:",omitzero"`
	Attempts    int
	Tried       []Attempt `json:"LastAttempts,omitempty"`
	// Of those given up, as in Outcome.
	Code, Reason, Exhausted string `json:",omitempty"`
	Buried                  bool   `json:"DeadLettered,omitempty"`
	LetterErr               string `json:"DeadLetterError,omitempty"`
	// Redriven is when one given up was put back.
	Redriven time.Time `json:",omitzero"`
}

// logTarget is what the log is bounded by.
type logTarget struct{ account, target string }

// kept says that a delivery that was given up is kept for a redrive.
type kept struct {
	Bytes int `json:",omitempty"` // of its message
}

// The log of deliveries that ended, a row for each target, so that what is too
// old or too much of one goes in one piece. What waits is in the outbox.
var (
	logged = catalog.Table[Entry]{Name: "delivery-log"} // account, target, time of the end, id
	// lost holds deliveries that were given up, whole, for a redrive; lostOf
	// has them in the order of the log.
	lost   = catalog.Table[lostDelivery]{Name: "delivery-lost"} // account, id, target
	lostOf = catalog.Table[kept]{Name: "delivery-lost-target"}  // account, target, time of the end, id
)

// lostDelivery is a delivery given up, and when: the end of its log entry.
type lostDelivery struct {
	Delivery Delivery
	Ended    time.Time
}

// log counts what is added, so that the cleaner knows where to look.
type log struct {
	mu    sync.Mutex
	added map[logTarget]int
}

// entry is the log's form of a delivery.
func entry(d *Delivery) Entry {
	return Entry{
		ID: d.ID, Tenant: d.Tenant, Cause: d.Cause, Target: d.Target, Kind: d.Kind, Status: Waiting,
		Created: d.Created, NextAttempt: d.NextAttempt, Attempts: d.Attempts, Tried: d.Tried,
	}
}

// write adds a delivery that ended, within the transaction that removes it.
func (l *log) write(tx *catalog.Tx, o *Outcome) error {
	d := &o.Delivery
	e := entry(d)
	e.Status, e.NextAttempt, e.Ended = Delivered, time.Time{}, o.At
	at := catalog.TimePart(o.At)
	if o.Err != "" {
		e.Status, e.Code, e.Reason, e.Exhausted = Failed, o.Code, plain(o.Reason), o.Exhausted
		e.Buried, e.LetterErr = o.Buried, plain(o.LetterErr)
		if err := lost.Put(tx, lostDelivery{*d, o.At}, d.Account, d.ID, d.Target); err != nil {
			return err
		}
		if err := lostOf.Put(tx, kept{Bytes: len(d.Message) + len(d.Original)}, d.Account, d.Target, at, d.ID); err != nil {
			return err
		}
	}
	tx.After(func() { l.add(logTarget{d.Account, d.Target}) })
	return logged.Put(tx, e, d.Account, d.Target, at, d.ID)
}

func (l *log) add(t logTarget) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.added[t]++
}

// grown returns the targets whose part grew by at least n, and forgets them.
func (l *log) grown(n int) (out []logTarget) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for t, added := range l.added {
		if added >= n {
			out = append(out, t)
			delete(l.added, t)
		}
	}
	return out
}
