package alarms

import (
	"testing"
	"time"

	"skywatch/metric"
)

// Fifty senders, up to 20 s late each in its own way, add to one sum, of which an
// alarm demands all: over a day, an alarm that waits for 20 s makes no mistake.
func TestLateSenders(t *testing.T) {
	const senders, minutes = 50, 24 * 60
	inBubble(t, EvaluatorOptions{Settle: 20 * time.Second}, func(l *live) {
		l.put(func(p *Put) {
			p.Statistic, p.Comparison, *p.Threshold = "Sum", string(LessThan), senders
		})
		id := metric.ID{Tenant: tenant, Namespace: "App", Name: "CPU"}
		for range minutes {
			minute := metric.Datapoint{Start: metric.At(time.Now()).Floor(metric.Minute), Unit: metric.Count}
			for i := range senders {
				late := time.Duration(i) * 20 * time.Second / (senders - 1)
				time.Sleep(time.Until(minute.Start.Time().Add(time.Minute + late)))
				if minute.Set = metric.Single(1); i > 0 {
					minute.Set.SampleCount, minute.Set.Sum = float64(i+1), float64(i+1)
				}
				l.evaluator.Observe(metric.Observation{ID: id, Tier: metric.Minute, Datapoint: minute})
			}
			time.Sleep(30 * time.Second)
		}
		l.is(OK)
		if n := len(history(l, l.service, HistoryQuery{Type: StateUpdate})); n != 1 { // from INSUFFICIENT_DATA
			l.Errorf("%d changes of state, want 1", n)
		}
	})
}
