package alarms

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"skywatch/metric"
)

// lookAt is the sight of an alarm on one window.
func lookAt(d *Definition, stat metric.Statistic, w *window) *sight {
	return &sight{d: d, eyes: []eye{{stat: stat, unit: d.Unit, window: w}}}
}

// Whatever order the states of the periods come in, and however often, the
// window ends as if only the last of each had come.
func TestWindowNeedsNoOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := &Definition{Period: 120, EvaluationPeriods: 2, Statistic: "Sum"}
		stat, _ := metric.ParseStatistic("Sum")
		values := rapid.SliceOfN(rapid.IntRange(-9, 9), 1, 20).Draw(t, "values")
		minutes := rapid.SliceOfN(rapid.IntRange(0, 7), len(values), len(values)).Draw(t, "minutes")
		seed := rapid.Uint64().Draw(t, "shuffle")
		latest := map[metric.Instant]metric.Datapoint{}
		var all []metric.Datapoint
		for i, v := range values {
			start := metric.Instant(minutes[i]) * metric.Minute.Millis()
			// A weight of 0 changes the extremes alone.
			set := metric.Weighted(float64(v), float64(i%3))
			if old, ok := latest[start]; ok {
				set = set.Merge(old.Set)
			}
			latest[start] = metric.Datapoint{Start: start, Set: set}
			all = append(all, latest[start])
		}
		want, got := newWindow(metric.Minute), newWindow(metric.Minute)
		for _, p := range latest {
			want.put(p)
		}
		all = append(all, all...)
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, p := range all {
			got.put(p)
		}
		at := 8 * metric.Minute.Millis()
		if diff := cmp.Diff(lookAt(d, stat, want).slots(at), lookAt(d, stat, got).slots(at)); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
	})
}

// Folding for an evaluation leaves the window's datapoints as they are.
func TestSlotsLeaveTheWindow(t *testing.T) {
	t.Parallel()
	w := newWindow(metric.Minute)
	for i := range 4 {
		s := metric.Sample{
			Time: metric.Instant(i) * metric.Minute.Millis(), Set: metric.StatisticSet{SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2},
			Values: []metric.Weight{{Value: 1, Count: 1}, {Value: 2, Count: 1}},
		}
		w.put(s.Datapoint(metric.Minute))
	}
	d := &Definition{Period: 120, EvaluationPeriods: 2, ExtendedStatistic: "p50"}
	stat, _ := metric.ParseStatistic("p50")
	at := 4 * metric.Minute.Millis()
	first := lookAt(d, stat, w).slots(at)
	if diff := cmp.Diff(first, lookAt(d, stat, w).slots(at)); diff != "" {
		t.Errorf("the second time (-first +second)\n%s", diff)
	}
	if got := first[len(first)-1]; !got.Present || got.Samples != 4 {
		t.Errorf("%+v", got)
	}
	w.forget(2 * metric.Minute.Millis())
	if n := len(w.points); n != 2 {
		t.Errorf("%d periods are left", n)
	}
}
