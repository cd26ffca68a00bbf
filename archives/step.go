package archives

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/internal/fault"
	"skywatch/journal"
	"skywatch/rules"
	"skywatch/targets"
)

const (
	// A step puts at most so many events on the bus, as are due in a tenth of a
	// second, and stops before the next event once it has caused so many
	// deliveries: nothing else is committed meanwhile.
	mostEvents     = 500
	mostDeliveries = 1000
	// mostBytes of events are in memory at once, a single one may be longer.
	mostBytes = 1 << 20
	// catchUp is how long a replay waits before it looks again whether what was
	// accepted before it began is archived.
	catchUp = 20 * time.Millisecond
	// lookAgain bounds the wait for deliveries to end, should it not be told.
	lookAgain = 30 * time.Second
)

// worker carries one replay on.
type worker struct {
	*Service
	name Name
	next time.Time // when the next events are due
}

// step puts some events on the bus. next is when there is more to do.
func (w *worker) step(ctx context.Context) (over bool, next time.Time, err error) {
	var p Replay
	var backlog int
	var late bool
	err = w.Catalog.View(func(r catalog.Reader) (err error) {
		if p, err = getReplay(r, w.name); err != nil {
			return err
		}
		if backlog, _, err = waiting.Get(r, w.name.parts()...); err != nil || p.State.over() {
			return err
		}
		if err := w.possible(r, &p); err != nil {
			return err
		}
		if p.State == Starting {
			late, err = targets.Waits(r, p.ArchiveARN(), p.Started)
		}
		return err
	})
	switch {
	case fault.Is(err, fault.NotFound):
		return true, next, w.end(ctx, w.name, Failed, err.Error())
	case err != nil:
		return false, next, err
	case p.State.over():
		return true, next, nil
	case p.State == Cancelling:
		return true, next, w.end(ctx, w.name, Cancelled, "")
	case late:
		return false, w.now().Add(catchUp), nil
	case backlog >= w.roomy():
		return false, w.now().Add(lookAgain), nil
	case w.next.After(w.now()):
		return false, w.next, nil
	}
	return w.put(ctx, &p, w.Backlog-backlog)
}

// possible refuses where the archive or the bus is no longer there.
func (s *Service) possible(r catalog.Reader, p *Replay) error {
	a, err := get(r, Name{p.Tenant, p.Archive})
	if err == nil && a.Log != p.Log { // another one under the name
		err = noArchive(p.Archive)
	}
	if err != nil {
		return err
	}
	return s.Rules.HasBus(r, p.Bus)
}

// put reads the next events, routes them, and commits their deliveries together
// with how far the replay is now.
func (w *worker) put(ctx context.Context, p *Replay, room int) (over bool, next time.Time, err error) {
	b, err := w.read(p, room)
	if errors.Is(err, journal.ErrNoLog) {
		return true, next, w.end(ctx, w.name, Failed, noArchive(p.Archive).Error())
	}
	if err != nil {
		return false, next, err
	}
	moved := false
	err = w.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		now, err := getReplay(tx, w.name)
		if err == nil && now.State != p.State {
			moved = true // cancelled meanwhile
			return nil
		}
		if err == nil {
			err = w.possible(tx, p)
		}
		if err != nil {
			return err
		}
		return w.commit(tx, p, b)
	})
	if fault.Is(err, fault.NotFound) {
		return true, next, w.end(ctx, w.name, Failed, err.Error())
	}
	if err != nil || moved {
		return false, next, err
	}
	w.counts.replayed.Add(int64(len(b.routed)))
	w.pace(len(b.routed))
	return b.last, w.next, nil
}

// commit writes a batch, within tx.
func (w *worker) commit(tx *catalog.Tx, p *Replay, b batch) error {
	if err := w.expect(tx, w.name, b.deliveries); err != nil {
		return err
	}
	if err := w.Rules.Replay(tx, b.routed...); err != nil {
		return err
	}
	p.State = Running
	if n := len(b.routed); n > 0 {
		p.Last = &b.at
		p.Events += int64(n)
	}
	if b.last {
		p.State, p.Ended = Completed, w.now()
	}
	return replays.Put(tx, *p, w.name.parts()...)
}

// pace sets when the next events are due after n of them.
func (w *worker) pace(n int) {
	if now := w.now(); w.next.Before(now) {
		w.next = now
	}
	w.next = w.next.Add(time.Duration(n) * time.Second / time.Duration(w.Rate))
}

// batch is what a step puts on the bus.
type batch struct {
	routed     []rules.Replayed
	deliveries int
	at         journal.Position // of the last event
	last       bool             // nothing follows
}

// read reads and routes the next events of a replay. Events have whole seconds,
// so one of the second in which the range begins belongs to it.
func (w *worker) read(p *Replay, room int) (b batch, err error) {
	to := rules.Replay{
		Name: p.Name.Name, To: p.Bus, Only: set(p.Only),
		Seed: fmt.Sprintf("%s %d", p.ARN(), p.Started.UnixMilli()),
	}
	rg := journal.Range{From: p.From.Truncate(time.Second), To: p.To.Add(time.Millisecond), After: p.Last}
	most, deliveries, bytes := min(mostEvents, max(1, w.Rate/10)), min(mostDeliveries, room), 0
	b.last = true
	err = w.Journal.Scan(p.Log, rg, func(rec journal.Record) (bool, error) {
		if bytes += len(rec.Value); len(b.routed) > 0 && (len(b.routed) == most || b.deliveries >= deliveries || bytes > mostBytes) {
			b.last = false
			return false, nil
		}
		var e event.Event
		if err := json.Unmarshal(rec.Value, &e); err != nil {
			return false, fmt.Errorf("read archived event %s of %s: %w", rec.ID, p.ArchiveARN(), err)
		}
		routed, err := w.Rules.Route(to, e)
		if err != nil {
			return false, err
		}
		b.routed, b.deliveries, b.at = append(b.routed, routed), b.deliveries+routed.Deliveries(), rec.Position
		return true, nil
	})
	return b, err
}

// set is nil for an empty list.
func set(list []string) map[string]bool {
	if len(list) == 0 {
		return nil
	}
	all := map[string]bool{}
	for _, v := range list {
		all[v] = true
	}
	return all
}
