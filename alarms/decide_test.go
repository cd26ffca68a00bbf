package alarms

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"skywatch/metric"
)

// arguments sets what a case names of a definition.
func arguments(t *testing.T, td *datadriven.TestData, d *Definition) {
	t.Helper()
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
			d.Threshold = float(t, a.Vals[0])
		case "period":
			var p int
			a.Scan(t, 0, &p)
			d.Period = metric.Period(p)
		}
	}
}

func float(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// tell decides on what is seen and shows that and the decision.
func tell(a *Alarm, s seen, at metric.Instant) string {
	var b strings.Builder
	if len(s.slots) > 0 {
		for _, slot := range s.slots {
			if slot.Present {
				fmt.Fprintf(&b, "%g ", slot.Value)
			} else {
				b.WriteString("- ")
			}
		}
		b.WriteString("\n")
	}
	d, ok := a.decide(s, at)
	if !ok {
		return b.String() + "stays " + string(a.Value) + "\n"
	}
	fmt.Fprintf(&b, "%s -> %s", d.From, d.To)
	if d.Evaluation != "" {
		fmt.Fprintf(&b, " %s", d.Evaluation)
	}
	fmt.Fprintf(&b, "\n%s\n", d.Reason)
	if d.ReasonData != "" {
		fmt.Fprintln(&b, d.ReasonData)
	}
	return b.String()
}
