package statsd

import (
	"errors"
	"fmt"
	"hash/maphash"
	"time"

	"skywatch/metric"
)

// The bounds of the table: some 60 MB where all are met.
const (
	MaxMetrics  = 10_000
	maxKeyBytes = 8 << 20 // names and tags of them
	maxCells    = 200_000 // different values of timers and members of sets in an interval
)

// gaugeMemory is how long a gauge that nobody sets is known, so that it can be
// moved from where it stood.
const gaugeMemory = time.Hour

var errFull = errors.New("there is no memory for more metrics, values or members in this interval")

// table is what came in an interval. It is for one goroutine at a time.
type table struct {
	entries map[string]*entry
	bytes   int // of the keys
	cells   int
	seed    maphash.Seed
	key     []byte // room to make keys in
	// identify makes the ID of a line's metric, or says what is wrong with it.
	identify func(l *Line, now time.Time) (metric.ID, error)
	crowded  int64 // values that only the statistic set has, for want of room
}

// add adds a line: all of its values, or, on an error, those before the one at
// fault.
func (t *table) add(l *Line, now time.Time) error {
	e, err := t.entry(l, now)
	if err != nil {
		return err
	}
	for _, v := range l.Values {
		if err := t.fold(e, v, l.Weight, now); err != nil {
			return err
		}
	}
	return nil
}

func (t *table) fold(e *entry, v Value, weight float64, now time.Time) error {
	room := maxCells - t.cells
	switch e.kind {
	case Gauge:
		return e.turn(v, now)
	case Set:
		more, ok := e.join(maphash.String(t.seed, v.Member), room)
		t.cells += more
		if !ok {
			return errFull
		}
	default:
		hid := e.hiding
		t.cells += e.fold(v.Number, weight, room)
		if e.hiding && !hid {
			t.crowded++
		}
	}
	return nil
}

// entry returns the entry of a line's metric, made if there is none.
func (t *table) entry(l *Line, now time.Time) (*entry, error) {
	t.key = append(t.key[:0], l.Name...)
	for _, tag := range l.Tags {
		t.key = append(append(append(append(t.key, 0), tag.Name...), 0), tag.Value...)
	}
	if e := t.entries[string(t.key)]; e != nil {
		if e.kind != l.Kind {
			return nil, fmt.Errorf("%.50q is %s already", l.Name, e.kind)
		}
		return e, nil
	}
	if len(t.entries) == MaxMetrics || t.bytes+len(t.key) > maxKeyBytes {
		return nil, errFull
	}
	id, err := t.identify(l, now)
	if err != nil {
		return nil, err
	}
	e := &entry{id: id, kind: l.Kind}
	t.entries[string(t.key)] = e
	t.bytes += len(t.key)
	return e, nil
}

// end makes samples of the interval and forgets it.
func (t *table) end(at metric.Instant, high bool, now time.Time) []metric.Sample {
	var out []metric.Sample
	for key, e := range t.entries {
		if e.seen {
			out = append(out, e.sample(at, high))
		}
		if e.kind == Gauge && now.Sub(e.at) < gaugeMemory {
			e.clear()
			continue
		}
		delete(t.entries, key)
		t.bytes -= len(key)
	}
	t.cells = 0
	return out
}
