package main

import (
	"slices"
	"testing"
	"time"
)

// A benchmark that does not notice wrong answers measures nothing.
func TestCheckNoticesWrongAnswers(t *testing.T) {
	t.Parallel()
	w := newWorkload(8, 60)
	q := question{period: 5, shift: 5, length: 50}
	answer := func(series int) (times []time.Time, got []float64) {
		written := values(series, 60)[q.shift:]
		for i := range q.length / q.period {
			times, got = append(times, w.minute(q.shift+i*q.period)), append(got, mean(written[i*q.period:][:q.period]))
		}
		return times, got
	}
	for series := range w.series {
		times, got := answer(series)
		if err := check(w, q, series, times, got); err != nil {
			t.Errorf("the right answer: %v", err)
		}
	}
	for name, spoil := range map[string]func(times []time.Time, got []float64) ([]time.Time, []float64){
		"a value": func(times []time.Time, got []float64) ([]time.Time, []float64) { got[3] += 0.5; return times, got },
		"a time": func(times []time.Time, got []float64) ([]time.Time, []float64) {
			times[3] = times[2]
			return times, got
		},
		"a loss":         func(times []time.Time, got []float64) ([]time.Time, []float64) { return times[1:], got[1:] },
		"another series": func(times []time.Time, _ []float64) ([]time.Time, []float64) { _, got := answer(2); return times, got },
		"the order": func(times []time.Time, got []float64) ([]time.Time, []float64) {
			slices.Reverse(times)
			slices.Reverse(got)
			return times, got
		},
	} {
		times, got := answer(3)
		if times, got = spoil(times, got); check(w, q, 3, times, got) == nil {
			t.Errorf("%s is not noticed", name)
		}
	}
}
