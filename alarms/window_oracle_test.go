package alarms

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"skywatch/metric"
)

// simple is a window in the plainest way: every period and unit by name, folded
// from the beginning for each slot. It is what a window is held against.
type simple map[metric.Period]map[metric.Instant]map[metric.Unit]metric.Datapoint

func (s simple) put(tier metric.Period, d metric.Datapoint) {
	if s[tier] == nil {
		s[tier] = map[metric.Instant]map[metric.Unit]metric.Datapoint{}
	}
	if s[tier][d.Start] == nil {
		s[tier][d.Start] = map[metric.Unit]metric.Datapoint{}
	}
	s[tier][d.Start][d.Unit] = d
}

// at returns what is seen at the beginning of a second or minute.
func (s simple) at(tier metric.Period, t metric.Instant) map[metric.Unit]metric.Datapoint {
	if tier != metric.Second || len(s[tier][t]) > 0 || t != t.Floor(metric.Minute) {
		return s[tier][t]
	}
	for i := range metric.Instant(60) {
		if len(s[tier][t+i*1000]) > 0 {
			return nil
		}
	}
	return s[metric.Minute][t]
}

func (s simple) slot(tier metric.Period, start metric.Instant, period metric.Period, stat metric.Statistic, unit string) Slot {
	folded := map[metric.Unit]metric.Datapoint{}
	for t := start; t < start+period.Millis(); t += tier.Millis() {
		for u, d := range s.at(tier, t) {
			if d.Distribution != nil {
				d.Distribution = d.Distribution.Clone()
			}
			if before, ok := folded[u]; ok {
				before.Merge(d)
				d = before
			}
			folded[u] = d
		}
	}
	var chosen *metric.Datapoint
	for u, d := range folded {
		if (unit == "" || u.String() == unit) && (chosen == nil || u.ChosenBefore(chosen.Unit)) {
			chosen = &d
		}
	}
	if chosen == nil {
		return Slot{Start: start}
	}
	v, ok := stat.Of(*chosen)
	return Slot{Start: start, Present: ok, Value: v, Samples: chosen.Set.SampleCount}
}

// Whatever was put and forgotten, a window shows what the plainest one shows,
// for every statistic.
func TestWindowAgreesWithSimpleOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tier := rapid.SampledFrom([]metric.Period{metric.Second, metric.Minute}).Draw(t, "tier")
		period := tier * rapid.SampledFrom([]metric.Period{1, 5, 10}).Draw(t, "period")
		if tier == metric.Second {
			period = rapid.SampledFrom([]metric.Period{10, 20, 30}).Draw(t, "short")
		}
		name := rapid.SampledFrom([]string{"Sum", "Average", "SampleCount", "Minimum", "Maximum", "p50", "p99", "tm90"}).Draw(t, "stat")
		stat, ok := metric.ParseStatistic(name)
		if !ok {
			t.Fatal(name)
		}
		want, got := simple{}, newWindow(tier)
		got.keepBasic(stat.Basic())
		reach := metric.Instant(3) * period.Millis()
		for range rapid.IntRange(0, 60).Draw(t, "data") {
			into, of := got, tier
			if tier == metric.Second && rapid.IntRange(0, 3).Draw(t, "standard") == 0 {
				into, of = got.standard, metric.Minute
			}
			s := metric.Sample{
				Time: metric.Instant(rapid.Int64Range(0, int64(reach)).Draw(t, "time")),
				Unit: rapid.SampledFrom([]metric.Unit{metric.None, metric.None, metric.Percent, metric.Count}).Draw(t, "unit"),
				Set:  metric.Single(float64(rapid.IntRange(0, 9).Draw(t, "value"))),
			}
			d := s.Datapoint(of)
			if before, ok := want[of][d.Start][d.Unit]; ok {
				if before.Distribution != nil {
					before.Distribution = before.Distribution.Clone()
				}
				before.Merge(d)
				d = before
			}
			want.put(of, d)
			into.put(d)
		}
		// What was forgotten is not looked at any more.
		first := metric.Instant(rapid.Int64Range(0, 2).Draw(t, "forgotten")) * period.Millis()
		got.forget(first.Floor(metric.Minute))
		unit := rapid.SampledFrom([]string{"", "Percent", "Seconds"}).Draw(t, "asked")
		for start := first; start < reach; start += min(period, metric.Minute, 10*tier).Millis() {
			w, g := want.slot(tier, start, period, stat, unit), got.slot(start, period, stat, unit)
			if diff := cmp.Diff(w, g); diff != "" {
				t.Fatalf("at %d (-want +got)\n%s", start, diff)
			}
		}
	})
}
