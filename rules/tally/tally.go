package tally

import (
	"hash/maphash"
	"sync/atomic"

	"skywatch/ingest/gather"
	"skywatch/metric"
)

// perAppend is how many samples are written at once; with every value that there
// can be they are half of what the log takes as one record.
const perAppend = 500

// Options are what a Tally works with.
type Options = gather.Options

// Tally counts. It is safe for concurrent use. Its Writer writes; while that
// fails, the shards go on counting in the bounds that they have.
type Tally struct {
	*gather.Writer
	seed      maphash.Seed
	table     [numFigures]Metric
	shards    [shards]shard
	uncounted atomic.Uint64
}

// New returns a Tally; Run makes it write.
func New(o Options) *Tally {
	t := &Tally{seed: maphash.MakeSeed(), table: metrics()}
	t.Writer = gather.NewWriter(o, "events", func() [][]metric.Sample { return t.batches(t.take()) })
	for i := range t.shards {
		t.shards[i].cells = map[place]*cell{}
	}
	return t
}

// Stats are counts since the start.
type Stats struct {
	// Uncounted is how many additions there was no place for.
	Uncounted uint64
}

// Stats returns the counts.
func (t *Tally) Stats() Stats { return Stats{t.uncounted.Load()} }
