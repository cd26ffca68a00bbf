package sketch

import (
	"bytes"
	"math"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

func TestMergeIsOrderFree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := values(t, "values")
		want := of(all)
		parts := []*Distribution{New()}
		for _, p := range rapid.Permutation(all).Draw(t, "order") {
			if rapid.IntRange(0, 40).Draw(t, "cut") == 0 {
				parts = append(parts, New())
			}
			parts[len(parts)-1].Add(p.value, p.weight)
		}
		for len(parts) > 1 { // in any order and grouping
			i := rapid.IntRange(0, len(parts)-2).Draw(t, "merge")
			from := parts[i+1].AppendBinary(nil)
			parts[i].Merge(parts[i+1])
			if !bytes.Equal(parts[i+1].AppendBinary(nil), from) {
				t.Fatal("Merge changed its argument")
			}
			parts = append(parts[:i+1], parts[i+2:]...)
		}
		if got := parts[0].AppendBinary(nil); !bytes.Equal(got, want.AppendBinary(nil)) {
			t.Fatalf("merged %x, added in order %x", got, want.AppendBinary(nil))
		}
	})
}

func TestFlagsSurviveMerge(t *testing.T) {
	t.Parallel()
	negative, incomplete := New(), New()
	negative.Add(-1, 1)
	incomplete.MarkIncomplete()
	d := New()
	d.Merge(negative)
	d.Merge(incomplete)
	if !d.HasNegative() || !d.Incomplete() || d.Weight() != 0 {
		t.Errorf("negative %v, incomplete %v, weight %v", d.HasNegative(), d.Incomplete(), d.Weight())
	}
}

func TestAddIgnores(t *testing.T) {
	t.Parallel()
	d := New()
	d.Add(1, 0)
	d.Add(1, -1)
	d.Add(1, math.NaN())
	d.Add(math.NaN(), 1)
	if d.Weight() != 0 || d.HasNegative() {
		t.Errorf("weight %v, negative %v, want nothing", d.Weight(), d.HasNegative())
	}
}

func TestExactUpToMaxExact(t *testing.T) {
	t.Parallel()
	d := New()
	for i := range MaxExact {
		d.Add(float64(i), 1)
		d.Add(float64(i), 1)
	}
	if !d.Exact() {
		t.Fatalf("%d distinct values are not exact", MaxExact)
	}
	d.Add(MaxExact, 1)
	if d.Exact() || d.Weight() != 2*MaxExact+1 {
		t.Errorf("exact %v with %v values", d.Exact(), d.Weight())
	}
}

func TestCloneSharesNothing(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, MaxExact, 10 * MaxExact} {
		d := latencies(n)
		form := d.AppendBinary(nil)
		c := d.Clone()
		c.Merge(latencies(n))
		c.Add(7, 3)
		if !bytes.Equal(d.AppendBinary(nil), form) {
			t.Errorf("%d values: a change of the clone changed the original", n)
		}
	}
}

// TestConcurrentQuestions needs the race detector to say something.
func TestConcurrentQuestions(t *testing.T) {
	t.Parallel()
	for _, n := range []int{3, MaxExact + 10, 1000} {
		decoded, _, err := Decode(latencies(n).AppendBinary(nil))
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range []*Distribution{decoded, latencies(n).Clone()} {
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					v := d.Within(1, 1100)
					_, _ = v.Percentile(50)
					_ = v.BetweenPercent(10, 90)
					_ = d.AppendBinary(nil)
					New().Merge(d)
				})
			}
			wg.Wait()
		}
	}
}

func TestMergeWithItself(t *testing.T) {
	t.Parallel()
	for _, n := range []int{3, 1000} {
		d := latencies(n)
		d.Merge(d)
		if d.Weight() != float64(2*n) {
			t.Errorf("weight %v, want %v", d.Weight(), 2*n)
		}
	}
}

// TestBeyondTheBins holds that values which no bin can take (CloudWatch
// refuses the large ones) are kept at the end of the range, not lost.
func TestBeyondTheBins(t *testing.T) {
	t.Parallel()
	d := latencies(2 * MaxExact)
	d.Add(math.MaxFloat64, 1)
	d.Add(math.Inf(1), 1)
	d.Add(math.SmallestNonzeroFloat64, 1)
	if d.Weight() != 2*MaxExact+3 {
		t.Errorf("weight %v, want %v", d.Weight(), 2*MaxExact+3)
	}
	again, _, err := Decode(d.AppendBinary(nil))
	if err != nil || again.Weight() != d.Weight() {
		t.Errorf("came back with weight %v, error %v", again.Weight(), err)
	}
}
