package tally

import (
	"context"
	"fmt"
	"testing"
	"time"

	"skywatch/metric"
	"skywatch/targets/queue"
)

type nowhere struct{}

func (nowhere) Append(context.Context, []metric.Sample) error { return nil }

// BenchmarkCount is what a call costs, beside what it does to the queue.
func BenchmarkCount(b *testing.B) {
	t := New(Options{To: nowhere{}})
	u := queue.Used{Name: queue.Name{Queue: "q"}, At: time.Now(), Sizes: []int{100, 200}}
	b.ReportAllocs()
	for b.Loop() {
		t.Count(u)
	}
}

// still are queues that stand as they are.
type still []queue.Name

func (s still) Filled() ([]queue.Name, error) { return s, nil }

func (s still) Depths(_ context.Context, names []queue.Name) (all []queue.Depth, _ error) {
	for _, n := range names {
		all = append(all, queue.Depth{Name: n, Visible: 1})
	}
	return all, nil
}

// BenchmarkMeasure is a minute of 10,000 active queues, without the look at them
// (BenchmarkDepths in targets/queue) and without the time series.
func BenchmarkMeasure(b *testing.B) {
	var all still
	for i := range 10_000 {
		all = append(all, queue.Name{Queue: fmt.Sprint("q", i)})
	}
	t := New(Options{To: nowhere{}})
	now := time.Unix(600_000, 0)
	for _, n := range all {
		t.Count(queue.Used{Name: n, At: now})
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := t.measure(b.Context(), all, now); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(all)), "ns/queue")
}
