package tally

import (
	"sync"

	"skywatch/ingest/gather"
	"skywatch/internal/settle"
	"skywatch/metric"
	"skywatch/targets/queue"
)

// Options are what a Tally works with.
type Options = gather.Options

// Tally counts. It is safe for concurrent use. A place is a queue.
type Tally struct {
	*gather.Sums[queue.Name]
	measures *settle.Loop

	mu     sync.Mutex
	active map[queue.Name]*activity
}

// activity is what is known of an active queue: minutes since the epoch.
type activity struct {
	last int64            // use, or when it had messages
	did  [numCounts]int64 // when the figure was counted last
}

// New returns a Tally; Run makes it write, and Measure measure.
func New(o Options) *Tally {
	return &Tally{
		measures: settle.NewLoop(),
		active:   map[queue.Name]*activity{},
		Sums: gather.NewSums(o, gather.Layout[queue.Name]{
			Of: "queues", Namespace: Namespace, Figures: Figures(), SeriesOf: seriesOf,
		}),
	}
}

func seriesOf(n queue.Name) func(int) []gather.Series {
	s := gather.Series{Tenant: n.Tenant, Dimensions: [2]metric.Dimension{{Name: "QueueName", Value: n.Queue}}}
	return func(int) []gather.Series { return []gather.Series{s} }
}

// Count counts a use of a queue.
func (t *Tally) Count(u queue.Used) {
	empty := 0
	if u.Empty {
		empty = 1
	}
	did := [numCounts]int{sent: len(u.Sizes), received: u.Received, deleted: u.Deleted, emptyReceives: empty, deduplicated: u.Deduplicated}
	t.use(u.Name, u.At.Unix()/60, &did)
	if did == ([numCounts]int{}) {
		return
	}
	t.At(u.Name, u.At, func(c *gather.Cell) {
		for f, n := range did {
			if n > 0 {
				c.Add(f, float64(n))
			}
		}
		for _, size := range u.Sizes {
			c.Add(sentSize, float64(size))
		}
	})
}

// use notes that a queue is active.
func (t *Tally) use(n queue.Name, minute int64, did *[numCounts]int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.active[n]
	if a == nil {
		a = &activity{}
		t.active[n] = a
	}
	a.last = max(a.last, minute)
	for f, n := range did {
		if n > 0 {
			a.did[f] = minute
		}
	}
}
