package agent

import (
	"context"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// numbered returns n datums with the values first, first+1, ...
func numbered(first, n int) []Datum {
	out := make([]Datum, n)
	for i := range out {
		out[i] = Datum{Name: "n", Value: float64(first + i)}
	}
	return out
}

func values(datums []Datum) []float64 {
	var out []float64
	for _, d := range datums {
		out = append(out, d.Value)
	}
	return out
}

func TestBufferBatches(t *testing.T) {
	t.Parallel()
	b := newBuffer(10_000)
	b.push(numbered(0, 700))
	b.push(numbered(700, 1800))
	for _, want := range []struct{ first, n int }{{0, 1000}, {1000, 1000}, {2000, 500}} {
		batch, ok := b.take(t.Context())
		if !ok || !slices.Equal(values(batch), values(numbered(want.first, want.n))) {
			t.Fatalf("batch of %d, want %d from %d", len(batch), want.n, want.first)
		}
		b.settle(batch)
	}
	if b.len() != 0 {
		t.Errorf("%d left", b.len())
	}
}

func TestBufferBatchBytes(t *testing.T) {
	t.Parallel()
	long := []Dimension{{"path", strings.Repeat("x", maxDimensionValue)}}
	datums := numbered(0, 1000)
	total := 0
	for i := range datums {
		datums[i].Dimensions = long
		total += datums[i].size()
	}
	if total < maxBatchBytes {
		t.Fatalf("the test's datums take only %d bytes", total)
	}
	b := newBuffer(10_000)
	b.push(datums)
	sent := 0
	for b.len() > 0 {
		batch, _ := b.take(t.Context())
		size := 0
		for _, d := range batch {
			size += d.size()
		}
		if size > maxBatchBytes {
			t.Errorf("batch of %d bytes", size)
		}
		sent += len(batch)
		b.settle(batch)
	}
	if sent != 1000 {
		t.Errorf("%d sent", sent)
	}
}

func TestBufferTakeEnds(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	b := newBuffer(10)
	if _, ok := b.take(ended); ok {
		t.Error("take from an empty buffer returned after its context ended")
	}
	b.push(numbered(0, 2))
	b.close()
	b.close()
	if batch, ok := b.take(t.Context()); !ok || len(batch) != 2 {
		t.Errorf("take from a closed buffer: %d datums, %t", len(batch), ok)
	}
	if _, ok := b.take(t.Context()); ok {
		t.Error("take from a closed and empty buffer returned datums")
	}
}

// TestBufferModel compares random histories with a plain slice.
func TestBufferModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 3000).Draw(t, "limit")
		b := newBuffer(limit)
		var model, taken []Datum
		next := 0
		trim := func() int {
			over := min(max(len(model)+len(taken)-limit, 0), len(model))
			model = model[over:]
			return over
		}
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				n := rapid.IntRange(1, 1500).Draw(t, "n")
				got := b.push(numbered(next, n))
				model = append(model, numbered(next, n)...)
				next += n
				if want := trim(); got != want {
					t.Fatalf("push dropped %d, want %d", got, want)
				}
			},
			"take": func(t *rapid.T) {
				if len(model) == 0 || len(taken) > 0 {
					t.Skip("nothing to take")
				}
				batch, _ := b.take(context.Background())
				n := min(len(model), maxBatchDatums)
				taken, model = model[:n:n], model[n:]
				if !slices.Equal(values(batch), values(taken)) {
					t.Fatalf("took %d from %v, want %d from %v", len(batch), batch[0].Value, n, taken[0].Value)
				}
			},
			"settle": func(*rapid.T) {
				b.settle(taken)
				taken = nil
			},
			"put back": func(t *rapid.T) {
				if len(taken) == 0 {
					t.Skip("nothing to put back")
				}
				got := b.putBack(slices.Clone(taken))
				model, taken = append(taken, model...), nil
				if want := trim(); got != want {
					t.Fatalf("putBack dropped %d, want %d", got, want)
				}
			},
			"": func(t *rapid.T) {
				if got := b.len(); got != len(model)+len(taken) || got > max(limit, len(taken)) {
					t.Fatalf("%d buffered, want %d of at most %d", got, len(model)+len(taken), limit)
				}
			},
		})
	})
}
