package metric_test

import (
	"testing"
	"time"

	"skywatch/metric"
)

func TestFloor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at   metric.Instant
		p    metric.Period
		want metric.Instant
	}{
		{119_999, metric.Minute, 60_000},
		{120_000, metric.Minute, 120_000},
		{1_999, metric.Second, 1_000},
		{-1, metric.Minute, -60_000},
		{-60_000, metric.Minute, -60_000},
	} {
		if got := c.at.Floor(c.p); got != c.want {
			t.Errorf("%d by %v is %d, want %d", c.at, c.p.Duration(), got, c.want)
		}
	}
}

func TestInstant(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_900_000, time.FixedZone("", 3600))
	i := metric.At(at)
	if want := at.Truncate(time.Millisecond).UTC(); !i.Time().Equal(want) || i.Time().Location() != time.UTC {
		t.Errorf("%v, want %v", i.Time(), want)
	}
	if got := i.Add(-90 * time.Second).Time(); !got.Equal(at.Truncate(time.Millisecond).Add(-90 * time.Second)) {
		t.Errorf("90 s earlier is %v", got)
	}
}

func TestRetention(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for tier, want := range map[metric.Period]time.Duration{
		metric.Second: 3 * time.Hour, metric.Minute: 15 * day, metric.FiveMinute: 63 * day, metric.Hour: 455 * day,
	} {
		if got := tier.Retention(); got != want {
			t.Errorf("%v is kept for %v, want %v", tier.Duration(), got, want)
		}
	}
}

func TestUnits(t *testing.T) {
	t.Parallel()
	n := 0
	for u := metric.None; u.Valid(); u++ {
		n++
		if got, ok := metric.ParseUnit(u.String()); got != u || !ok {
			t.Errorf("%s is read as %v, %v", u, got, ok)
		}
	}
	if n != 27 {
		t.Errorf("%d units, want 27", n)
	}
	for _, s := range []string{"", "seconds", "Unit?", "Bytes/second"} {
		if u, ok := metric.ParseUnit(s); ok {
			t.Errorf("%q is read as %v", s, u)
		}
	}
}

func TestUnitChoice(t *testing.T) {
	t.Parallel()
	for u := metric.None; u.Valid(); u++ {
		if u.ChosenBefore(u) {
			t.Errorf("%s is chosen before itself", u)
		}
		if u != metric.None && !u.ChosenBefore(metric.None) {
			t.Errorf("None is chosen before %s", u)
		}
		if u != metric.Megabits && !metric.Megabits.ChosenBefore(u) {
			t.Errorf("%s is chosen before Megabits", u)
		}
	}
	if !metric.Count.ChosenBefore(metric.Milliseconds) || metric.Seconds.ChosenBefore(metric.Milliseconds) {
		t.Error("the recorded order is Count, Milliseconds, Seconds")
	}
}

func TestStatisticSet(t *testing.T) {
	t.Parallel()
	s := metric.Weighted(4, 3).Merge(metric.Single(2)).Merge(metric.Weighted(9, 0))
	if want := (metric.StatisticSet{SampleCount: 4, Sum: 14, Minimum: 2, Maximum: 9}); s != want {
		t.Errorf("%+v, want %+v", s, want)
	}
	if avg, ok := s.Average(); avg != 3.5 || !ok {
		t.Errorf("average %v, %v", avg, ok)
	}
	if _, ok := metric.Weighted(9, 0).Average(); ok {
		t.Error("an average of no samples")
	}
	for _, c := range []struct {
		set  metric.StatisticSet
		want bool
	}{
		{metric.Single(-3), true},
		{metric.Weighted(5, 7), true},
		{metric.StatisticSet{SampleCount: 2, Sum: 10, Minimum: 5, Maximum: 5}, true},
		{metric.StatisticSet{SampleCount: 2, Sum: 11, Minimum: 5, Maximum: 5}, false},
		{metric.StatisticSet{SampleCount: 2, Sum: 10, Minimum: 4, Maximum: 6}, false},
	} {
		if c.set.Degenerate() != c.want {
			t.Errorf("%+v is degenerate: %v", c.set, !c.want)
		}
	}
}

// TestMergeDatapoints holds that equal values stay without a distribution and
// that nothing is shared with what was merged.
func TestMergeDatapoints(t *testing.T) {
	t.Parallel()
	one := metric.Datapoint{Set: metric.Single(5)}
	one.Merge(metric.Datapoint{Set: metric.Weighted(5, 2)})
	if one.Distribution != nil || one.Set != metric.Weighted(5, 3) {
		t.Errorf("equal values: %+v", one)
	}
	other := seen(metric.Weight{Value: 1, Count: 1}, metric.Weight{Value: 2, Count: 1})
	one.Merge(other)
	one.Merge(metric.Datapoint{Set: metric.Single(-1)})
	if w := other.Values().Weight(); w != 2 {
		t.Errorf("the merged one has weight %v now", w)
	}
	if one.Values().Weight() != 5 || !one.Values().HasNegative() || one.Set.SampleCount != 6 {
		t.Errorf("merged: %+v with weight %v", one.Set, one.Values().Weight())
	}
	one.Merge(hiding(metric.StatisticSet{SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2}))
	if !one.Values().Incomplete() {
		t.Error("a hidden value left no mark")
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	l := metric.Listing{LastDatum: 60_000, ID: metric.ID{
		Tenant: metric.Tenant{Account: "1", Region: "r"}, Namespace: "A", Name: "M",
		Dimensions: []metric.Dimension{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}},
	}}
	all := metric.Filter{Tenant: l.ID.Tenant}
	with := func(change func(*metric.Filter)) metric.Filter { f := all; change(&f); return f }
	for _, c := range []struct {
		name string
		f    metric.Filter
		want bool
	}{
		{"all of the tenant", all, true},
		{"another account", with(func(f *metric.Filter) { f.Account = "2" }), false},
		{"another region", with(func(f *metric.Filter) { f.Region = "s" }), false},
		{"its namespace", with(func(f *metric.Filter) { f.Namespace = "A" }), true},
		{"another namespace", with(func(f *metric.Filter) { f.Namespace = "a" }), false},
		{"another name", with(func(f *metric.Filter) { f.Name = "N" }), false},
		{"active since", with(func(f *metric.Filter) { f.ActiveSince = 60_000 }), true},
		{"silent since", with(func(f *metric.Filter) { f.ActiveSince = 60_001 }), false},
		{"a dimension", with(func(f *metric.Filter) { f.Dimensions = []metric.DimensionFilter{{Name: "b", AnyValue: true}} }), true},
		{"its value", with(func(f *metric.Filter) { f.Dimensions = []metric.DimensionFilter{{Name: "b", Value: "2"}} }), true},
		{"another value", with(func(f *metric.Filter) {
			f.Dimensions = []metric.DimensionFilter{{Name: "a", Value: "1"}, {Name: "b", Value: "1"}}
		}), false},
		{"a dimension it lacks", with(func(f *metric.Filter) { f.Dimensions = []metric.DimensionFilter{{Name: "c", AnyValue: true}} }), false},
	} {
		if got := c.f.Match(l); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
