package alarms

import (
	"testing"

	"skywatch/metric"
)

// One evaluation of a five-minute alarm, three periods: fold and decide.
func BenchmarkEvaluate(b *testing.B) {
	d := &Definition{Period: 300, EvaluationPeriods: 3, DatapointsToAlarm: 3, Comparison: GreaterThan, Threshold: 50, Statistic: "Average"}
	stat, _ := metric.ParseStatistic(d.stat())
	w := newWindow(metric.Minute)
	const minutes = 25
	for i := range minutes {
		w.put(metric.Datapoint{Start: metric.Instant(i) * metric.Minute.Millis(), Set: metric.Single(10)})
	}
	b.ReportAllocs()
	for b.Loop() {
		Evaluate(d, lookAt(d, stat, w).slots(minutes*metric.Minute.Millis()), OK, 0)
	}
}

// One evaluation of an alarm on metric math, as most of them are: nothing changes.
func BenchmarkFormula(b *testing.B) {
	for _, expression := range []string{"100*errors/requests", "IF(requests > 100, 100*FILL(errors, 0)/requests, 0)"} {
		b.Run(expression, func(b *testing.B) {
			yes, no := true, false
			of := func(name string) *MetricStat {
				return &MetricStat{Namespace: "App", MetricName: name, Stat: "Sum", Period: metric.Minute}
			}
			a := &Alarm{Status: Status{Value: OK}, Definition: Definition{
				Period: metric.Minute, EvaluationPeriods: 3, Comparison: GreaterThan, Threshold: 50,
				Queries: []Query{
					{ID: "errors", Metric: of("errors"), ReturnData: &no},
					{ID: "requests", Metric: of("requests"), ReturnData: &no},
					{ID: "rate", Expression: expression, ReturnData: &yes},
				},
			}}
			const end = metric.Instant(1764072000000)
			s := a.look(func(metric.ID, metric.Period, metric.Statistic) *window {
				w := newWindow(metric.Minute)
				for i := range 6 {
					w.put(metric.Datapoint{Start: end - metric.Instant(6-i)*metric.Minute.Millis(), Set: metric.Single(200)})
				}
				return w
			})
			b.ReportAllocs()
			for b.Loop() {
				if _, changes := a.decide(s.see(end), end); changes && a.Value != Alarming {
					a.Value = Alarming
				}
			}
		})
	}
}
