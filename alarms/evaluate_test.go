package alarms

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	gocmp "github.com/google/go-cmp/cmp"

	"skywatch/metric"
)

// missingDataCase is a case of spec/alarm-missing-data.json.
type missingDataCase struct {
	ID                string
	Pattern           string
	EvaluationPeriods int
	DatapointsToAlarm int
	EvaluationRange   int
	TreatMissingData  Treatment
	Filled            int
	Expected          string
}

// missingDataCases reads the cases, and holds the copy against the original where
// that is beside the checkout (SKYWATCH_SHARED).
func missingDataCases(t *testing.T) []missingDataCase {
	t.Helper()
	b, err := os.ReadFile("testdata/alarm-missing-data.json")
	if err != nil {
		t.Fatal(err)
	}
	shared := cmp.Or(os.Getenv("SKYWATCH_SHARED"), filepath.Join("..", "..", "shared"))
	if original, err := os.ReadFile(filepath.Join(shared, "spec", "alarm-missing-data.json")); err == nil && !bytes.Equal(original, b) {
		t.Error("testdata/alarm-missing-data.json is not what spec/alarm-missing-data.json is")
	}
	var file struct {
		Count int
		Cases []missingDataCase
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != file.Count || file.Count == 0 {
		t.Fatalf("%d cases, the file says %d", len(file.Cases), file.Count)
	}
	return file.Cases
}

// asExpected reports whether a state that came of another is the case's.
func (c *missingDataCase) asExpected(previous, to State) bool {
	switch c.Expected {
	case "RETAIN":
		return to == previous
	case "NOT_ALARM":
		return to != Alarming || previous == Alarming
	}
	return to == State(c.Expected)
}

func TestMissingDataCases(t *testing.T) {
	t.Parallel()
	for _, c := range missingDataCases(t) {
		d := &Definition{
			Period: metric.Minute, EvaluationPeriods: c.EvaluationPeriods, DatapointsToAlarm: c.DatapointsToAlarm,
			TreatMissingData: c.TreatMissingData, Comparison: GreaterThan, Threshold: 0.5, Statistic: "Average",
		}
		slots := patternSlots(c.Pattern, c.EvaluationRange)
		if e := weigh(d, slots); e.missing != c.Filled {
			t.Errorf("%s: %d slots filled, want %d", c.ID, e.missing, c.Filled)
		}
		for _, previous := range []State{OK, Alarming, InsufficientData} {
			to := previous
			if tr, ok := Evaluate(d, slots, previous, 0); ok {
				to = tr.To
			}
			if !c.asExpected(previous, to) {
				t.Errorf("%s: from %s to %s, want %s", c.ID, previous, to, c.Expected)
			}
		}
	}
}

// patternSlots makes slots of a pattern: 0 not breaching, X breaching, - missing,
// other digits that value; a range longer than the pattern begins with gaps.
func patternSlots(pattern string, size int) []Slot {
	pattern = strings.Repeat("-", max(size-len(pattern), 0)) + pattern
	slots := make([]Slot, len(pattern))
	for i, c := range pattern {
		slots[i].Start = metric.Instant(i) * metric.Minute.Millis()
		switch c {
		case '-':
			continue
		case 'X':
			slots[i].Value = 1
		default:
			slots[i].Value = float64(c-'0') * 10
		}
		slots[i].Present, slots[i].Samples = true, 1
	}
	return slots
}

// A case sets what it names of a definition; see testdata/evaluate.
func TestEvaluate(t *testing.T) {
	t.Parallel()
	datadriven.RunTest(t, "testdata/evaluate", func(t *testing.T, td *datadriven.TestData) string {
		d := &Definition{Period: 10, EvaluationPeriods: 3, Comparison: GreaterThan, Threshold: 50, Statistic: "Average"}
		previous := InsufficientData
		start, err := parseClock("12:00:00")
		if err != nil {
			td.Fatalf(t, "%v", err)
		}
		for _, a := range td.CmdArgs {
			switch a.Key {
			case "n":
				a.Scan(t, 0, &d.EvaluationPeriods)
			case "m":
				a.Scan(t, 0, &d.DatapointsToAlarm)
			case "missing":
				d.TreatMissingData = Treatment(a.Vals[0])
			case "compare":
				d.Comparison = Comparison(a.Vals[0])
			case "threshold":
				if err := json.Unmarshal([]byte(a.Vals[0]), &d.Threshold); err != nil {
					td.Fatalf(t, "%v", err)
				}
			case "stat":
				d.Statistic, d.ExtendedStatistic = "", a.Vals[0]
			case "low":
				d.LowSamples = a.Vals[0]
			case "namespace":
				d.Namespace = a.Vals[0]
			case "unit":
				d.Unit = a.Vals[0]
			case "period":
				var p int
				a.Scan(t, 0, &p)
				d.Period = metric.Period(p)
			case "from":
				previous = State(a.Vals[0])
			default:
				td.Fatalf(t, "unknown argument %s", a.Key)
			}
		}
		slots := inputSlots(t, td, start, d)
		tr, ok := Evaluate(d, slots, previous, slots[len(slots)-1].Start+d.Period.Millis())
		if !ok {
			return "stays " + string(previous) + "\n"
		}
		return string(tr.From) + " -> " + string(tr.To) + "\n" + tr.Reason + "\n" + tr.ReasonData + "\n"
	})
}

// inputSlots reads the slots of a case, oldest first: - for a gap, a value, or a
// value with its number of samples (10/99). Gaps fill the range on the left.
func inputSlots(t *testing.T, td *datadriven.TestData, start metric.Instant, d *Definition) []Slot {
	words := strings.Fields(td.Input)
	slots := make([]Slot, max(d.slots(), len(words)))
	for i := range slots {
		slots[i].Start = start + metric.Instant(i)*d.Period.Millis()
		j := i - (len(slots) - len(words))
		if j < 0 || words[j] == "-" {
			continue
		}
		value, samples, counted := strings.Cut(words[j], "/")
		if !counted {
			samples = "1"
		}
		if err := json.Unmarshal([]byte(value), &slots[i].Value); err != nil {
			td.Fatalf(t, "%v", err)
		}
		if err := json.Unmarshal([]byte(samples), &slots[i].Samples); err != nil {
			td.Fatalf(t, "%v", err)
		}
		slots[i].Present = true
	}
	return slots
}

func parseClock(s string) (metric.Instant, error) {
	var at stamp
	err := at.UnmarshalText([]byte("2026-11-22T" + s + ".000+0000"))
	return metric.Instant(at), err
}

// TestRecorded holds reasons and reason data against ones that a third party
// recorded from the real service (cloudwatch.md, tag [T]).
func TestRecorded(t *testing.T) {
	t.Parallel()
	at := func(s string) metric.Instant {
		var v stamp
		if err := v.UnmarshalText([]byte("2026-09-14T" + s + ".000+0000")); err != nil {
			t.Fatal(err)
		}
		return metric.Instant(v)
	}
	// 0 at 05:50:50, 100 at 05:51:10 and 05:51:30; the newest slot is 05:52:20.
	d := &Definition{
		Period: 10, EvaluationPeriods: 3, DatapointsToAlarm: 3, Comparison: GreaterThan, Threshold: 50,
		Statistic: "Average", Unit: "Count", TreatMissingData: Missing,
	}
	values := map[metric.Instant]float64{at("05:50:50"): 0, at("05:51:10"): 100, at("05:51:30"): 100}
	slots := make([]Slot, d.slots())
	for i := range slots {
		start := at("05:52:30") - metric.Instant(len(slots)-i)*d.Period.Millis()
		v, ok := values[start]
		slots[i] = Slot{Start: start, Present: ok, Value: v, Samples: 1}
	}
	got, ok := Evaluate(d, slots, OK, at("05:52:48")+775)
	if !ok {
		t.Fatal("no transition")
	}
	want := Transition{
		From: OK, To: Alarming, At: at("05:52:48") + 775,
		Reason: "Threshold Crossed: 2 out of the last 3 datapoints [100.0 (14/09/26 05:51:30), 100.0 (14/09/26 05:51:10)] " +
			"were greater than the threshold (50.0) (minimum 3 datapoints for OK -> ALARM transition).",
		ReasonData: `{"version":"1.0","queryDate":"2026-09-14T05:52:48.775+0000","startDate":"2026-09-14T05:51:10.000+0000",` +
			`"unit":"Count","statistic":"Average","period":10,"recentDatapoints":[100.0,null,100.0],"threshold":50.0,` +
			`"evaluatedDatapoints":[{"timestamp":"2026-09-14T05:52:20.000+0000"},` +
			`{"timestamp":"2026-09-14T05:51:30.000+0000","sampleCount":1.0,"value":100.0},` +
			`{"timestamp":"2026-09-14T05:51:10.000+0000","sampleCount":1.0,"value":100.0}]}`,
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
