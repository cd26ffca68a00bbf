package alarms

import (
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"skywatch/metric"
)

// Alarms on metric math; see testdata/formula. Lines "id: values" are metrics by
// the minute, the newest at the end and - for none; lines "id = text" are
// expressions, of which the last one is judged.
func TestFormula(t *testing.T) {
	t.Parallel()
	datadriven.RunTest(t, "testdata/formula", func(t *testing.T, td *datadriven.TestData) string {
		a := &Alarm{Status: Status{Value: OK}, Definition: Definition{
			Period: metric.Minute, EvaluationPeriods: 3, Comparison: GreaterThan, Threshold: 50,
		}}
		arguments(t, td, &a.Definition)
		windows := map[string]*window{}
		const end = metric.Instant(1764072000000) // 2025-11-25 12:00:00
		for line := range strings.Lines(td.Input) {
			if id, values, ok := strings.Cut(line, ": "); ok {
				windows[id] = minutes(t, values, end)
				a.Queries = append(a.Queries, Query{ID: id, Metric: &MetricStat{
					Namespace: "App", MetricName: id, Stat: "Sum", Period: a.Period,
				}})
				continue
			}
			id, text, _ := strings.Cut(line, " = ")
			a.Queries = append(a.Queries, Query{ID: id, Expression: strings.TrimSpace(text)})
		}
		for i := range a.Queries {
			judged := i == len(a.Queries)-1
			a.Queries[i].ReturnData = &judged
		}
		s := a.look(func(id metric.ID, _ metric.Period, _ metric.Statistic) *window { return windows[id.Name] })
		return tell(a, s.see(end), end)
	})
}

// minutes fills a window with values that end at an instant.
func minutes(t *testing.T, values string, end metric.Instant) *window {
	t.Helper()
	w := newWindow(metric.Minute)
	words := strings.Fields(values)
	for i, v := range words {
		if v != "-" {
			start := end - metric.Instant(len(words)-i)*metric.Minute.Millis()
			w.put(metric.Datapoint{Start: start, Set: metric.Single(float(t, v))})
		}
	}
	return w
}
