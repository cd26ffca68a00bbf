package alarm

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"
)

// noon is where the slots of the tests begin.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// slots reads a pattern: X breaching, 0 not, - missing.
func slots(pattern string) []Slot {
	var all []Slot
	for i, c := range pattern {
		s := Slot{Start: noon.Add(time.Duration(i) * time.Minute)}
		switch c {
		case 'X':
			s.Point = &Point{Value: 2, Count: 1}
		case '0':
			s.Point = &Point{Value: 0, Count: 1}
		}
		all = append(all, s)
	}
	return all
}

// above is an alarm on the patterns.
func above(n int, m *int, treatment string) Definition {
	return Definition{
		Statistic: "Average", Period: 60, EvaluationPeriods: n, DatapointsToAlarm: m,
		ComparisonOperator: "GreaterThanThreshold", Threshold: 1, TreatMissingData: treatment,
	}
}

// TestDocumentedCases are the cases of spec/alarm-missing-data.json; the copy
// in the room is held against the shared one by package conformance.
func TestDocumentedCases(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../alarms/testdata/alarm-missing-data.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Count int
		Cases []struct {
			ID, Pattern, TreatMissingData, Expected                       string
			EvaluationPeriods, DatapointsToAlarm, Filled, EvaluationRange int
		}
	}
	if err := json.Unmarshal(text, &file); err != nil || len(file.Cases) != file.Count {
		t.Fatalf("%d cases, want %d: %v", len(file.Cases), file.Count, err)
	}
	for _, c := range file.Cases {
		for _, before := range States() {
			if len(c.Pattern) != c.EvaluationRange {
				t.Fatalf("%s: a range of %d", c.ID, len(c.Pattern))
			}
			v := Decide(above(c.EvaluationPeriods, &c.DatapointsToAlarm, c.TreatMissingData), slots(c.Pattern), before)
			if v.Missing != c.Filled {
				t.Errorf("%s: %d slots to fill, want %d", c.ID, v.Missing, c.Filled)
			}
			right := string(v.State) == c.Expected
			switch c.Expected {
			case "RETAIN":
				right = v.State == before
			case "NOT_ALARM":
				right = v.State != Alarm || before == Alarm
			}
			if !right {
				t.Errorf("%s: %s from %s by rule %d, want %s", c.ID, v.State, before, v.Rule, c.Expected)
			}
		}
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern   string
		n, m      int
		treatment string
		before    State
		rule      int
		want      State
	}{
		{"XX0XX", 3, 2, Missing, OK, 1, Alarm},
		{"XX000", 3, 1, Missing, OK, 2, OK}, // those farther back do not count
		{"--X-0", 3, 2, Missing, Alarm, 5, OK},
		{"--X-0", 3, 2, Ignore, Alarm, 5, OK},
		{"-----", 3, 2, "", Alarm, 6, InsufficientData},
		{"X----", 3, 3, Missing, OK, 7, Alarm},
		{"---X-", 3, 3, Missing, OK, 7, OK},
		{"---X-", 3, 2, Missing, InsufficientData, 7, Alarm},
		{"---X-", 3, 3, Missing, Alarm, 7, Alarm},
		{"--X-X", 3, 3, Missing, OK, 7, Alarm}, // the oldest of them counts
		{"---XX", 3, 3, Missing, OK, 7, OK},
		{"X----", 3, 3, Ignore, OK, 7, OK},
		{"X----", 3, 3, NotBreaching, Alarm, 4, OK},
		{"X----", 3, 3, Breaching, OK, 3, Alarm},
		{"0----", 3, 3, Breaching, Alarm, 2, OK},
		{"0----", 3, 2, Breaching, OK, 3, Alarm},
	} {
		v := Decide(above(c.n, &c.m, c.treatment), slots(c.pattern), c.before)
		if v.State != c.want || v.Rule != c.rule {
			t.Errorf("%s, %d of %d, %s, was %s: %s by rule %d, want %s by rule %d",
				c.pattern, c.m, c.n, c.treatment, c.before, v.State, v.Rule, c.want, c.rule)
		}
	}
}

// TestLowSampleCounts are the bounds of 12.3; that of p90 is recorded.
func TestLowSampleCounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		statistic string
		enough    float64
	}{
		{"p99", 1000},
		{"p90", 100},
		{"p99.9", 10000},
		{"p50", 20},
		{"p75", 40},
		{"p10", 100},
		{"p0.1", 10000},
		{"p49.99", 21},
		{"p0", 0},
		{"p100", 0},
		{"tm90", 0},
		{"Average", 0},
	} {
		d := above(1, nil, "")
		d.Statistic, d.EvaluateLowSampleCountPercentile = c.statistic, Ignore
		if d.insignificant(Point{Count: c.enough}) || c.enough > 0 && !d.insignificant(Point{Count: c.enough - 1}) {
			t.Errorf("%s: the bound is not %v", c.statistic, c.enough)
		}
		d.EvaluateLowSampleCountPercentile = ""
		if d.insignificant(Point{Count: 1}) {
			t.Errorf("%s: evaluate is the default", c.statistic)
		}
	}
}

// TestInsignificantPoints keep the state unless the others decide.
func TestInsignificantPoints(t *testing.T) {
	t.Parallel()
	m := 2
	for pattern, want := range map[string]State{"LLX": OK, "LXX": Alarm, "L00": OK, "LL0": Alarm, "---LL": Alarm, "XLX": Alarm} {
		d := above(3, &m, Breaching)
		d.Statistic, d.EvaluateLowSampleCountPercentile = "p50", Ignore
		before := Alarm
		if want == OK {
			before = OK
		}
		all := slots(pattern)
		for i := range all {
			if pattern[i] == 'L' {
				all[i].Point = &Point{Value: 5, Count: 19}
			} else if all[i].Point != nil {
				all[i].Point.Count = 20
			}
		}
		if pattern == "LXX" || pattern == "XLX" {
			before = OK
		} else if pattern == "L00" {
			before = Alarm
		}
		if v := Decide(d, all, before); v.State != want {
			t.Errorf("%s: %s by rule %d, want %s", pattern, v.State, v.Rule, want)
		}
	}
}

// TestRange are the examples of 12.1.
func TestRange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ n, period, want int }{{3, 300, 5}, {3, 10, 9}, {1, 86400, 3}, {2, 30, 4}, {5, 20, 8}} {
		if got := (Definition{EvaluationPeriods: c.n, Period: c.period}).Range(); got != c.want {
			t.Errorf("%d periods of %d s: %d slots, want %d", c.n, c.period, got, c.want)
		}
	}
}

// TestInstants holds cadence and ends.
func TestInstants(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n, period int
		from, to  time.Duration
		want      []time.Duration
	}{
		{1, 60, 0, 2 * time.Minute, []time.Duration{0, time.Minute, 2 * time.Minute}},
		{1, 300, time.Second, 2 * time.Minute, []time.Duration{time.Minute, 2 * time.Minute}},
		{1, 30, time.Second, 25 * time.Second, []time.Duration{10 * time.Second, 20 * time.Second}},
		{24, 3600, -time.Minute, time.Minute, []time.Duration{-time.Minute, 0, time.Minute}},
		{25, 3600, -time.Minute, time.Minute, []time.Duration{0}},
	} {
		got := Definition{EvaluationPeriods: c.n, Period: c.period}.Instants(noon.Add(c.from), noon.Add(c.to))
		var want []time.Time
		for _, d := range c.want {
			want = append(want, noon.Add(d))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d of %d s: %v, want %v", c.n, c.period, got, want)
		}
	}
}
