package tracking

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"skywatch/internal/fault"
)

func TestCapacity(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		current       int
		value, target float64
		out, in       int
	}{
		{10, 75, 50, 15, 10},
		{10, 50.1, 50, 11, 10},
		{10, 44, 50, 11, 9}, // 8.8
		{10, 10, 50, 11, 9}, // 2, but no more than one of ten goes
		{100, 10, 50, 101, 90},
		{100, 47.3, 50, 101, 95},
		{1, 0, 50, 2, 0},
		{1, 1, 50, 2, 1},
		{0, 99, 50, 1, 0},
		{3, 0.1 + 0.2, 0.3, 4, 3}, // 3.0000000000000004
		{5, 1e300, 1e-100, math.MaxInt32, 5},
		{5, -3, 50, 6, 4},
	} {
		if out, in := Out(c.current, c.value, c.target), In(c.current, c.value, c.target); out != c.out || in != c.in {
			t.Errorf("%d at %v of %v: out to %d, in to %d; want %d and %d", c.current, c.value, c.target, out, in, c.out, c.in)
		}
	}
}

// A load that is shared by all never exceeds the target after either, and one
// step out is enough.
func TestNoFlapping(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		current, target := rapid.IntRange(1, 5000).Draw(t, "current"), rapid.Float64Range(0.01, 1e6).Draw(t, "target")
		load := rapid.Float64Range(0, 3).Draw(t, "load") * target * float64(current)
		each := func(n int) float64 { return load / float64(n) }
		const noise = 1 + 1e-6
		if each(current) > target {
			if n := Out(current, each(current), target); each(n) > target*noise || n > current+1 && each(n-1) <= target/noise {
				t.Fatalf("out to %d: %v each", n, each(n))
			}
			return
		}
		n := In(current, each(current), target)
		if n > 0 && each(n) > target*noise || n > current || current-n > max(1, current/10) {
			t.Fatalf("in to %d: %v each", n, each(n))
		}
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	custom := func(change func(*Metric)) Settings {
		m := &Metric{Namespace: "App", Name: "Load", Statistic: "Average"}
		change(m)
		return Settings{Target: 50, Custom: m}
	}
	for want, s := range map[string]Settings{
		"": custom(func(m *Metric) { m.Period = new(10) }),
		"Exactly one of a predefined metric, a customized metric and a list of metrics must be specified.": {Target: 50},
		"TargetValue must be between 8.51592e-109 and 1.174271e+108.":                                      {Predefined: "x"},
		"Period must be one of: [10, 30, 60]":                                                              custom(func(m *Metric) { m.Period = new(20) }),
		"Statistic must be one of: [Average, Minimum, Maximum, SampleCount, Sum]":                          custom(func(m *Metric) { m.Statistic = "p99" }),
		"A customized metric needs a Namespace and a MetricName.":                                          custom(func(m *Metric) { m.Name = "" }),
	} {
		err := s.Check("TargetTrackingConfiguration")
		if got := fault.Of(err); (err == nil) != (want == "") || err != nil && got.Message != want {
			t.Errorf("%+v: %v, want %q", s, err, want)
		}
	}
}

func TestAlarms(t *testing.T) {
	t.Parallel()
	s := Settings{Target: 50, Custom: &Metric{Namespace: "App", Name: "Load", Statistic: "Average", Period: new(10)}}
	own := s.own(Owned{}, strings.Repeat("g", 400))
	if len(own.High) != longestName || !strings.Contains(own.High, "gg-AlarmHigh-") || !strings.Contains(own.Low, "-AlarmLow-") {
		t.Errorf("%+v", own)
	}
	if s.own(own, "g") != own {
		t.Error("they get other names")
	}
	all := s.Alarms(own, *s.Custom, "arn")
	if len(all) != 2 || all[0].Periods != 3 || all[1].Periods != 90 || all[1].Threshold != 45 || all[1].High || all[1].Period != 10 {
		t.Errorf("%+v", all)
	}
	s.NoScaleIn = true
	if own = s.own(own, "g"); own.Low != "" || len(s.Alarms(own, *s.Custom, "arn")) != 1 {
		t.Errorf("without scaling in: %+v", own)
	}
}
