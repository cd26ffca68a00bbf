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
