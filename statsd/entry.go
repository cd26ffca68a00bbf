package statsd

import (
	"errors"
	"math"
	"time"

	"skywatch/ingest/gather"
	"skywatch/metric"
)

// entry is what is known of one metric.
type entry struct {
	id   metric.ID
	kind Kind
	seen bool // in the interval
	set  metric.StatisticSet

	values  map[float64]float64 // of timings: value to weight
	rounded bool                // they are as gather.Rounded makes them
	hiding  bool                // there are values in the set that are not among them

	members map[uint64]struct{} // of sets: by their hashes

	gauge float64
	at    time.Time // when it was set last
}

// exactValues is how many different values of a timer are kept as they are; of
// more, all are rounded. maxValues is how many there can be then.
const (
	exactValues = 1000
	maxValues   = 4096
)

var errTooLarge = errors.New("the gauge would be beyond 2^360")

// fold adds samples of one value, and reports how many cells more that takes.
// room says how many there are.
func (e *entry) fold(v, weight float64, room int) int {
	sum := metric.Weighted(v, weight)
	if e.seen {
		sum = e.set.Merge(sum)
	}
	e.set, e.seen = sum, true
	if e.kind == Counter || e.hiding {
		return 0
	}
	return e.spread(v, weight, room)
}

// spread adds a value to the distribution.
func (e *entry) spread(v, weight float64, room int) int {
	before := len(e.values)
	if e.values == nil {
		e.values = map[float64]float64{}
	}
	if e.rounded {
		v = gather.Rounded(v)
	}
	if _, ok := e.values[v]; !ok && (room < 1 || before == maxValues) {
		e.values, e.hiding = nil, true
		return -before
	}
	e.values[v] += weight
	if len(e.values) > exactValues && !e.rounded {
		e.round()
	}
	return len(e.values) - before
}

// round rounds the values that are there, and has those that come rounded.
func (e *entry) round() {
	rounded := make(map[float64]float64, len(e.values))
	for v, n := range e.values {
		rounded[gather.Rounded(v)] += n
	}
	e.values, e.rounded = rounded, true
}

// turn sets a gauge, or moves it.
func (e *entry) turn(v Value, now time.Time) error {
	to := v.Number
	if v.Delta {
		to += e.gauge
	}
	if math.Abs(to) > maxNumber {
		return errTooLarge
	}
	e.gauge, e.at, e.seen = to, now, true
	return nil
}

// join adds a member to a set, and reports how many cells more that takes; ok is
// false if there is no room for it.
func (e *entry) join(hash uint64, room int) (more int, ok bool) {
	if _, there := e.members[hash]; there {
		return 0, true
	}
	if room < 1 {
		return 0, false
	}
	if e.members == nil {
		e.members = map[uint64]struct{}{}
	}
	e.members[hash] = struct{}{}
	e.seen = true
	return 1, true
}

// sample is the interval as a datum.
func (e *entry) sample(at metric.Instant, high bool) metric.Sample {
	s := metric.Sample{ID: e.id, Time: at, HighResolution: high, Set: e.set}
	switch e.kind {
	case Gauge:
		s.Set = metric.Single(e.gauge)
	case Set:
		s.Set = metric.Single(float64(len(e.members)))
	case Timing:
		s.Unit = metric.Milliseconds
	}
	if len(e.values) > 1 {
		for v, n := range e.values {
			s.Values = append(s.Values, metric.Weight{Value: v, Count: n})
		}
	}
	s.Incomplete = len(s.Values) == 0 && !s.Set.Degenerate()
	return s
}

// clear forgets the interval, and keeps what a gauge stands at.
func (e *entry) clear() {
	*e = entry{id: e.id, kind: e.kind, gauge: e.gauge, at: e.at}
}
