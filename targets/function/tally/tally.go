package tally

import (
	"sync"
	"sync/atomic"

	"skywatch/ingest/gather"
	"skywatch/metric"
	"skywatch/targets/function"
)

// mostCells is for how many functions and minutes is counted between two
// writings.
const mostCells = 4096

// Options are what a Tally works with.
type Options = gather.Options

// Tally counts. It is safe for concurrent use. Its Writer writes.
type Tally struct {
	*gather.Writer
	uncounted atomic.Uint64

	mu    sync.Mutex
	cells map[place]*cell
}

// New returns a Tally; Run makes it write.
func New(o Options) *Tally {
	t := &Tally{cells: map[place]*cell{}}
	t.Writer = gather.NewWriter(o, "functions", t.take)
	return t
}

// Uncounted is how many invocations there was no place for.
func (t *Tally) Uncounted() uint64 { return t.uncounted.Load() }

// Count counts an invocation for its function and for the account.
func (t *Tally) Count(i function.Invoked) {
	t.mu.Lock()
	defer t.mu.Unlock()
	minute := i.At.Unix() / 60
	for name, concurrent := range map[string]int{i.Function: i.Concurrent, "": i.ConcurrentOverAll} {
		at := place{i.Tenant, name, minute}
		c := t.cells[at]
		if c == nil {
			if len(t.cells) >= mostCells {
				t.uncounted.Add(1)
				continue
			}
			c = &cell{}
			t.cells[at] = c
		}
		c.count(&i, concurrent)
	}
}

// take empties the cells into one batch for each of them.
func (t *Tally) take() (all [][]metric.Sample) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for at, c := range t.cells {
		all = append(all, c.samples(at))
	}
	t.cells = map[place]*cell{}
	return all
}
