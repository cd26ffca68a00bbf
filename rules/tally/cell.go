package tally

import (
	"hash/maphash"
	"sync"
	"time"

	"skywatch/ingest/gather"
	"skywatch/metric"
)

// The table of counts between two writings is bounded: shards x perShard cells
// of less than 1 KB each, so some 30 MB when every place is taken. There is a
// cell for each rule, bus and account that something happened at in a minute.
const (
	shards   = 16
	perShard = 2048
)

// place is where something is counted, at the finest: a rule by its ARN, a bus,
// or an account.
type place struct {
	metric.Tenant
	bus    string
	rule   string
	minute int64 // since the epoch
}

// sum is what one figure amounts to.
type sum struct {
	metric.StatisticSet
	values map[float64]float64 // of spread figures: value to count
}

// cell is what is counted at one place.
type cell [numFigures]sum

func (s *sum) add(v float64, spread bool) {
	s.merge(metric.Single(v))
	if spread {
		s.count(gather.Rounded(v), 1)
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

type shard struct {
	mu    sync.Mutex
	cells map[place]*cell
}

// at has f add to a place's cell.
func (t *Tally) at(p place, when time.Time, f func(*cell)) {
	p.minute = when.Unix() / 60
	s := &t.shards[(maphash.String(t.seed, p.rule)^maphash.String(t.seed, p.bus))%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.cells[p]
	if c == nil {
		if len(s.cells) == perShard {
			t.uncounted.Add(1)
			return
		}
		c = &cell{}
		s.cells[p] = c
	}
	f(c)
}

// take empties the shards.
func (t *Tally) take() map[place]*cell {
	all := map[place]*cell{}
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		for p, c := range s.cells {
			all[p] = c
		}
		s.cells = map[place]*cell{}
		s.mu.Unlock()
	}
	return all
}
