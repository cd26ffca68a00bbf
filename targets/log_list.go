package targets

import (
	"encoding/base64"
	"encoding/json"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// The limits of a page of the log.
const (
	DefaultLogPage = 100
	MaxLogPage     = 1000
	// pageVisits bounds how many records one page looks at: with a rare
	// filter a page may be short, or empty, and yet not the last.
	pageVisits = 10_000
)

// LogQuery says which deliveries of an account to list; empty fields take all.
type LogQuery struct {
	Account, Target, Cause string
	Status                 Status
	Limit                  int    // 0: DefaultLogPage
	Next                   string // from the page before
}

// LogPage is a part of the list: what waits, in order of targets and times,
// then what ended, the newest first.
type LogPage struct {
	Deliveries []Entry
	Next       string `json:",omitempty"` // empty: there is no more
}

// logPlace is where a page ended: after the entry with this Key in the outbox,
// or in the log.
type logPlace struct {
	Ended bool
	Key   []string
}

// page is one under way.
type page struct {
	LogQuery
	LogPage
	visits  int
	stopped *logPlace // full, there
}

// Deliveries lists the log.
func (e *Engine) Deliveries(q LogQuery) (LogPage, error) {
	if q.Limit == 0 {
		q.Limit = DefaultLogPage
	}
	var from logPlace
	switch {
	case q.Limit < 1 || q.Limit > MaxLogPage:
		return LogPage{}, fault.New(fault.InvalidValue, "limit must be 1 to %d.", MaxLogPage).On("limit")
	case q.Status != "" && q.Status != Waiting && q.Status != Delivered && q.Status != Failed:
		return LogPage{}, fault.New(fault.InvalidValue, "status must be waiting, delivered or failed.").On("status")
	case q.Next != "":
		b, err := base64.RawURLEncoding.DecodeString(q.Next)
		if err != nil || json.Unmarshal(b, &from) != nil {
			return LogPage{}, fault.New(fault.InvalidValue, "next is not from a page of this list.").On("next")
		}
	}
	p := page{LogQuery: q, LogPage: LogPage{Deliveries: []Entry{}}}
	err := e.Catalog.View(func(r catalog.Reader) error { return p.fill(r, from) })
	if err != nil {
		return LogPage{}, err
	}
	if p.stopped != nil {
		b, err := json.Marshal(p.stopped)
		if err != nil {
			return LogPage{}, err
		}
		p.LogPage.Next = base64.RawURLEncoding.EncodeToString(b)
	}
	return p.LogPage, nil
}

func (p *page) fill(r catalog.Reader, from logPlace) error {
	if !from.Ended && (p.Status == "" || p.Status == Waiting) {
		if err := p.waiting(r, from.Key); err != nil || p.stopped != nil {
			return err
		}
	}
	if p.Status == Waiting {
		return nil
	}
	if !from.Ended {
		from.Key = nil
	}
	return p.ended(r, from.Key)
}

func (p *page) waiting(r catalog.Reader, after []string) error {
	rg := catalog.Range{After: after}
	if p.Target != "" {
		rg.Prefix = []string{p.Target}
	}
	return waiting.Scan(r, rg, func(key []string, d Delivery) (bool, error) {
		return p.take(entry(&d), logPlace{Key: key}), nil
	})
}

// take adds an entry if it fits; it reports whether there is room for more.
func (p *page) take(e Entry, at logPlace) bool {
	p.visits++
	if e.Account == p.Account && (p.Cause == "" || e.Cause == p.Cause) && (p.Status == "" || e.Status == p.Status) {
		p.Deliveries = append(p.Deliveries, e)
	}
	if len(p.Deliveries) < p.Limit && p.visits < pageVisits {
		return true
	}
	p.stopped = &at
	return false
}
