package alarms

import (
	"testing"

	"pgregory.net/rapid"

	"skywatch/metric"
)

// oracle decides a state by the words of cloudwatch.md 12.2 and 12.3, one rule
// after the other, on a pattern of slots: nothing of it is shared with the
// product.
func oracle(pattern []cell, n, m int, treatment string, ignoreFew bool, previous string) string {
	// "points = the at most N newest real points within the range"
	var points []cell
	var ages []int
	for age := 1; age <= len(pattern); age++ {
		c := pattern[len(pattern)-age]
		if c != gap && len(points) < n {
			points = append(points, c)
			ages = append(ages, age)
		}
	}
	bad, good, few := 0, 0, 0
	for _, p := range points {
		switch {
		case ignoreFew && (p == fewBad || p == fewGood):
			few++
		case p == bad1 || p == fewBad:
			bad++
		default:
			good++
		}
	}
	miss := n - len(points)
	if bad >= m { // 1
		return "ALARM"
	}
	if good >= n-m+1 { // 2
		return "OK"
	}
	if few > 0 { // 12.3
		return previous
	}
	if treatment == "breaching" { // 3
		if bad+miss >= m {
			return "ALARM"
		}
		return "OK"
	}
	if treatment == "notBreaching" { // 4
		return "OK"
	}
	if good >= 1 { // 5
		return "OK"
	}
	if len(points) == 0 { // 6
		if treatment == "ignore" {
			return previous
		}
		return "INSUFFICIENT_DATA"
	}
	// 7: only bad points, fewer than M
	if treatment == "ignore" {
		return previous
	}
	if ages[len(ages)-1] >= m {
		return "ALARM"
	}
	return previous
}

type cell int

const (
	gap cell = iota
	good1
	bad1
	fewGood // of too few samples for the percentile
	fewBad
)

func TestEvaluateAgreesWithOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "n")
		m := rapid.IntRange(1, n).Draw(t, "m")
		size := n + rapid.IntRange(0, 6).Draw(t, "more")
		pattern := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 4), func(i int) cell { return cell(i) }), size, size).Draw(t, "pattern")
		treatment := rapid.SampledFrom([]string{"", "missing", "ignore", "breaching", "notBreaching"}).Draw(t, "missing")
		few := rapid.Bool().Draw(t, "ignoreFew")
		previous := rapid.SampledFrom([]string{"OK", "ALARM", "INSUFFICIENT_DATA"}).Draw(t, "previous")
		d := &Definition{
			Period: metric.Minute, EvaluationPeriods: n, DatapointsToAlarm: m, TreatMissingData: Treatment(treatment),
			Comparison: LessThan, Threshold: 5, ExtendedStatistic: "p90",
		}
		if few {
			d.LowSamples = "ignore"
		}
		slots := make([]Slot, size)
		for i, c := range pattern {
			slots[i] = Slot{Start: metric.Instant(i) * metric.Minute.Millis(), Present: c != gap, Value: 9, Samples: 100}
			if c == bad1 || c == fewBad {
				slots[i].Value = 1
			}
			if c == fewBad || c == fewGood {
				slots[i].Samples = 99
			}
		}
		want := oracle(pattern, n, m, treatment, few, previous)
		got := previous
		tr, ok := Evaluate(d, slots, State(previous), 0)
		if ok {
			got = string(tr.To)
		}
		if got != want {
			t.Fatalf("%s, want %s", got, want)
		}
		if ok && (len(tr.Reason) > maxReason || len(tr.ReasonData) > maxReasonData) {
			t.Fatalf("reason of %d, data of %d bytes", len(tr.Reason), len(tr.ReasonData))
		}
	})
}

// However many datapoints decide, the texts keep to the model's lengths.
func TestLongReasons(t *testing.T) {
	t.Parallel()
	d := &Definition{Period: 10, EvaluationPeriods: 8640, DatapointsToAlarm: 8640, Comparison: GreaterThan, Statistic: "Sum"}
	slots := make([]Slot, d.slots())
	for i := range slots {
		slots[i] = Slot{Start: metric.Instant(i) * 10000, Present: true, Value: 1.0 / 3, Samples: 1}
	}
	tr, ok := Evaluate(d, slots, OK, 0)
	if !ok || len(tr.Reason) > maxReason || len(tr.ReasonData) > maxReasonData {
		t.Fatalf("%v, reason of %d, data of %d bytes", ok, len(tr.Reason), len(tr.ReasonData))
	}
	t.Log(tr.Reason)
}
