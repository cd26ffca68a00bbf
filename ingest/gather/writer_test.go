package gather_test

import (
	"context"
	"errors"
	"testing"

	"skywatch/ingest/gather"
	"skywatch/metric"
)

// memory takes batches until it is full.
type memory struct {
	room int
	got  [][]metric.Sample
}

func (m *memory) Append(_ context.Context, batch []metric.Sample) error {
	if len(m.got) == m.room {
		return errors.New("full")
	}
	m.got = append(m.got, batch)
	return nil
}

// After a failure the rest is written, and no batch twice; only then is more
// asked for.
func TestFlushGoesOn(t *testing.T) {
	t.Parallel()
	to, asked := &memory{room: 1}, 0
	w := gather.NewWriter(gather.Options{To: to}, "tests", func() [][]metric.Sample {
		asked++
		return [][]metric.Sample{make([]metric.Sample, 1), make([]metric.Sample, 2)}
	})
	for range 2 {
		if err := w.Flush(t.Context()); err == nil {
			t.Error("written into what is full")
		}
	}
	to.room = 2
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if len(to.got) != 2 || len(to.got[0]) != 1 || len(to.got[1]) != 2 || asked != 1 {
		t.Errorf("%d batches, asked %d times", len(to.got), asked)
	}
}
