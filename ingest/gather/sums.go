package gather

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"skywatch/metric"
)

// The table between two writings is bounded: shards x perShard cells of 40 bytes
// a figure, so some 30 MB where every place is taken and has 23 figures. There is
// a cell for each place that something happened at in a minute.
const (
	shards   = 16
	perShard = 2048
)

// Figure is a metric that is counted.
type Figure struct {
	Name string
	Unit metric.Unit
	// Spread says that the values are kept, for percentiles.
	Spread bool
	// Means says to users what is counted.
	Means string
}

// Series is what a figure counts in: whose, and under which dimensions, sorted by
// their names; those without a name are none.
type Series struct {
	metric.Tenant
	Dimensions [2]metric.Dimension
}

// Layout says what a Sums counts.
type Layout[P comparable] struct {
	Of        string // who is counted, for the log
	Namespace string
	Figures   []Figure
	// SeriesOf returns, for the figures of a place by their index, the series
	// that they count in; nil: nothing is to be written of that place.
	SeriesOf func(at P) func(figure int) []Series
}

// Sums is a table of counts by place and minute. P is a place in the words of the
// room that counts, as fine as it counts. It is safe for concurrent use; its
// Writer writes. While that fails, the table goes on within its bounds.
type Sums[P comparable] struct {
	*Writer
	layout    Layout[P]
	seed      maphash.Seed
	shards    [shards]shard[P]
	uncounted atomic.Uint64
}

// cellKey is a place in a minute since the epoch.
type cellKey[P comparable] struct {
	at     P
	minute int64
}

type shard[P comparable] struct {
	mu    sync.Mutex
	cells map[cellKey[P]]*Cell
}

// NewSums returns an empty table; Run makes it be written.
func NewSums[P comparable](o Options, l Layout[P]) *Sums[P] {
	s := &Sums[P]{layout: l, seed: maphash.MakeSeed()}
	s.Writer = NewWriter(o, l.Of, func() [][]metric.Sample { return s.batches(s.take()) })
	for i := range s.shards {
		s.shards[i].cells = map[cellKey[P]]*Cell{}
	}
	return s
}

// Uncounted is how many additions there was no place for, since the start.
func (s *Sums[P]) Uncounted() uint64 { return s.uncounted.Load() }

// At has f add to what is counted at a place in the minute of when.
func (s *Sums[P]) At(at P, when time.Time, f func(*Cell)) {
	key := cellKey[P]{at, when.Unix() / 60}
	sh := &s.shards[maphash.Comparable(s.seed, at)%shards]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	c := sh.cells[key]
	if c == nil {
		if len(sh.cells) == perShard {
			s.uncounted.Add(1)
			return
		}
		c = &Cell{figures: s.layout.Figures, sums: make([]sum, len(s.layout.Figures))}
		sh.cells[key] = c
	}
	f(c)
}

// take empties the table.
func (s *Sums[P]) take() map[cellKey[P]]*Cell {
	all := map[cellKey[P]]*Cell{}
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		for key, c := range sh.cells {
			all[key] = c
		}
		sh.cells = map[cellKey[P]]*Cell{}
		sh.mu.Unlock()
	}
	return all
}

// Cell is what is counted at one place in one minute.
type Cell struct {
	figures []Figure
	sums    []sum
}

// Add adds a sample of a figure, which is named by its index.
func (c *Cell) Add(figure int, v float64) { c.sums[figure].add(v, c.figures[figure].Spread) }

// sum is what one figure amounts to.
type sum struct {
	metric.StatisticSet
	values map[float64]float64 // of spread figures: value to count
}

func (s *sum) add(v float64, spread bool) {
	s.merge(metric.Single(v))
	if spread {
		s.count(Rounded(v), 1)
	}
}

func (s *sum) merge(set metric.StatisticSet) {
	if s.SampleCount > 0 {
		set = s.Merge(set)
	}
	s.StatisticSet = set
}

func (s *sum) count(v, n float64) {
	if s.values == nil {
		s.values = map[float64]float64{}
	}
	s.values[v] += n
}
