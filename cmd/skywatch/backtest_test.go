package main

import (
	"strings"
	"testing"
	"time"
)

// minutesOf makes a report of evaluations a minute apart, from changes by minute.
func minutesOf(count int, changes map[int]string) *backtestReport {
	begin := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	r := &backtestReport{InitialState: "INSUFFICIENT_DATA"}
	a := &backtestAnswer{Count: count, First: begin, Interval: 60}
	state := r.InitialState
	for m := range count {
		if to, ok := changes[m]; ok {
			a.Transitions = append(a.Transitions, backtestTransition{
				Timestamp: begin.Add(time.Duration(m) * time.Minute), PreviousState: state, State: to, StateReason: "because",
			})
			state = to
		}
	}
	r.add(a)
	r.sum()
	return r
}

func TestStrip(t *testing.T) {
	t.Parallel()
	r := minutesOf(100, map[int]string{20: "OK", 51: "ALARM", 52: "OK", 90: "ALARM"})
	if got := strip(r.stays(), 10, false); got != "--oooAoooA" {
		t.Error(got)
	}
	if got := strip(r.stays(), 5, true); got != grey+"-"+green+"o"+red+"A"+green+"o"+red+"A"+colours {
		t.Errorf("%q", got)
	}
	if got := strip(minutesOf(1, map[int]string{0: "OK"}).stays(), 4, false); got != "oooo" {
		t.Error(got)
	}
}

func TestBacktestVerdict(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		changes map[int]string
		want    string
	}{
		{nil, "It would not have fired."},
		{map[int]string{10: "ALARM", 15: "OK"}, "It would have fired once, for 5m in all (5% of the time)."},
		{map[int]string{10: "ALARM", 15: "OK", 40: "ALARM"}, "It would have fired 2 times, for 1h5m in all (65% of the time): " +
			"first at 2026-11-22T12:10:00Z, last at 2026-11-22T12:40:00Z, longest for 1h from 2026-11-22T12:40:00Z."},
	} {
		r := minutesOf(100, c.changes)
		if got := r.verdict(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
		if sum := r.Seconds.OK + r.Seconds.ALARM + r.Seconds.INSUFFICIENTDATA; sum != 6000 {
			t.Errorf("%d seconds in all states", sum)
		}
	}
}

func TestBacktestCompared(t *testing.T) {
	t.Parallel()
	r := minutesOf(100, map[int]string{10: "ALARM", 15: "OK"})
	r.ComparedFrom = &r.first
	if got := r.compared(); got != "Since 2026-11-22T12:00:00Z the alarm has changed its state just so." {
		t.Error(got)
	}
	r.Transitions[1].Recorded = new(bool)
	if got := r.compared(); !strings.Contains(got, "1 of these changes of state are not in the alarm's history, and 0 in it") {
		t.Error(got)
	}
}
