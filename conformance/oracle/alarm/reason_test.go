package alarm

import (
	"strings"
	"testing"
	"time"
)

// TestReasons are the rows of 13.2.
func TestReasons(t *testing.T) {
	t.Parallel()
	two := 2
	for _, c := range []struct {
		pattern   string
		n         int
		m         *int
		treatment string
		want      string
	}{
		{"X", 1, nil, "", "Threshold Crossed: 1 datapoint [2.0 (22/11/26 12:00:00)] was greater than the threshold (1.0)."},
		{"0X0X", 3, &two, "", "Threshold Crossed: 2 out of the last 3 datapoints [2.0 (22/11/26 12:03:00), 2.0 (22/11/26 12:01:00)] were greater than the threshold (1.0) (minimum 2 datapoints for OK -> ALARM transition)."},
		{"X00", 3, &two, "", "Threshold Crossed: 2 out of the last 3 datapoints [0.0 (22/11/26 12:02:00), 0.0 (22/11/26 12:01:00)] were not greater than the threshold (1.0) (minimum 2 datapoints for ALARM -> OK transition)."},
		{"X--", 3, &two, Breaching, "Threshold Crossed: 1 out of the last 3 datapoints [2.0 (22/11/26 12:00:00)] was greater than the threshold (1.0) and 2 missing datapoints were treated as [Breaching] (minimum 2 datapoints for OK -> ALARM transition)."},
		{"--0", 3, &two, NotBreaching, "Threshold Crossed: 1 out of the last 3 datapoints [0.0 (22/11/26 12:02:00)] was not greater than the threshold (1.0) and 1 missing datapoint was treated as [NonBreaching] (minimum 2 datapoints for ALARM -> OK transition)."},
		{"-", 1, nil, Breaching, "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching]."},
		{"---", 3, nil, NotBreaching, "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [NonBreaching]."},
		{"---", 3, nil, "", "Insufficient Data: 3 datapoints were unknown."},
		{"X--", 3, nil, "", "Threshold Crossed: 1 datapoint [2.0 (22/11/26 12:00:00)] was greater than the threshold (1.0)."},
	} {
		v := Decide(above(c.n, c.m, c.treatment), slots(c.pattern), "")
		if wrong := v.DiffReason(c.want); wrong != nil {
			t.Errorf("%s: %s", c.pattern, wrong)
		}
		if wrong := v.DiffReason(strings.Replace(c.want, " datapoint", " data point", 1)); wrong == nil {
			t.Errorf("%s: a wrong text passes", c.pattern)
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{21: "21.0", 21.5: "21.5", 0.1: "0.1", -3: "-3.0", 1.0 / 3: "0.3333333333333333"} {
		if got := number(v); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if !alike("[0.000999]", "[9.99E-4]") || !alike("[-0.0]", "[0.0]") || alike("[1.0]", "[2.0]") || !alike("1 [0.3333333333333333]", "1 [0.33333333333333337]") || alike("1 [0.33]", "1 [0.34]") || alike("1 of [0.3]", "2 of [0.3]") {
		t.Error("numbers are compared wrongly")
	}
}

// TestReasonData is the example of 13.3, with what the alarm may have been.
func TestReasonData(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 9, 14, 5, 51, 10, 0, time.UTC)
	var all []Slot
	for i, full := range []bool{true, false, true, false, false, false, false, false} {
		s := Slot{Start: begin.Add(time.Duration(i) * 10 * time.Second)}
		if full {
			s.Point = &Point{Value: 100, Count: 1}
		}
		all = append(all, s)
	}
	m := 2
	d := Definition{
		Statistic: "Average", Unit: "Count", Period: 10, EvaluationPeriods: 3, DatapointsToAlarm: &m,
		ComparisonOperator: "GreaterThanThreshold", Threshold: 50, TreatMissingData: Breaching,
	}
	v := Decide(d, all, OK)
	v.At = time.Date(2026, 9, 14, 5, 52, 48, 775e6, time.UTC)
	v.Decided = v.Decided[:1] // as recorded: one real, one filled
	text := `{"version":"1.0","queryDate":"2026-09-14T05:52:48.775+0000","startDate":"2026-09-14T05:51:10.000+0000",
		"unit":"Count","statistic":"Average","period":10,"recentDatapoints":[100.0,null,100.0],"threshold":50.0,
		"evaluatedDatapoints":[{"timestamp":"2026-09-14T05:52:20.000+0000"},
		{"timestamp":"2026-09-14T05:51:30.000+0000","sampleCount":1.0,"value":100.0}]}`
	if wrong := v.DiffData(text); wrong != nil {
		t.Error(wrong)
	}
	for _, change := range [][2]string{
		{"05:51:10", "05:51:20"},
		{"null,", ""},
		{`"unit":"Count",`, ""},
		{"50.0", "51.0"},
		{"48.775", "48.776"},
		{`"sampleCount":1.0`, `"sampleCount":2.0`},
		{"05:52:20", "05:51:30"},
		{"05:52:20", "05:59:30"},
		{"1.0", "1.1"},
	} {
		if v.DiffData(strings.Replace(text, change[0], change[1], 1)) == nil {
			t.Errorf("%s for %s passes", change[1], change[0])
		}
	}
}
