package alarms

import (
	"strconv"
	"testing"
	"time"

	"skywatch/metric"
)

// Every case of spec/alarm-missing-data.json passes live and in a back-test, from
// every state: a metric and an alarm for each.
func TestMissingDataCasesLiveAndBackTested(t *testing.T) {
	cases := missingDataCases(t)
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		instant := time.Date(2000, 1, 1, 0, 10, 0, 0, time.UTC)
		l.sleepUntil("00:09:30")
		var puts []*Put
		var from []State
		for i, c := range cases {
			for _, previous := range []State{OK, Alarming, InsufficientData} {
				p := c.put("case-" + strconv.Itoa(i) + "-" + string(previous))
				c.fill(l.store, p.MetricName, instant)
				if err := l.service.Put(l.Context(), tenant, p, time.Now()); err != nil {
					l.Fatal(err)
				}
				if previous != InsufficientData {
					l.service.set(l, p.Name, previous, time.Now())
				}
				puts, from = append(puts, p), append(from, previous)
			}
		}
		l.sleepUntil("00:10:06")
		for i, p := range puts {
			c, lived := cases[i/3], describe(l, l.service, p.Name).Value
			if !c.asExpected(from[i], lived) {
				l.Errorf("%s: live from %s to %s, want %s", c.ID, from[i], lived, c.Expected)
			}
			course := backtest(l, l.service, l.store, nil, Backtest{Alarm: p, Start: instant, End: instant, Initial: from[i]}, time.Now())
			for _, tried := range course.States() {
				if tried != lived {
					l.Errorf("%s: back-tested from %s to %s, live %s", c.ID, from[i], tried, lived)
				}
			}
		}
	})
}

// put makes a request for an alarm on a metric of its own name.
func (c *missingDataCase) put(name string) *Put {
	p := cpu()
	p.Name, p.MetricName, *p.Threshold = name, name, 0.5
	p.EvaluationPeriods, p.DatapointsToAlarm, p.TreatMissingData = c.EvaluationPeriods, c.DatapointsToAlarm, string(c.TreatMissingData)
	return p
}

// fill stores the pattern in the minutes before an instant.
func (c *missingDataCase) fill(st *store, name string, instant time.Time) {
	slots := patternSlots(c.Pattern, c.EvaluationRange)
	for i, slot := range slots {
		if slot.Present {
			s := value(instant.Add(-time.Duration(len(slots)-i)*metric.Minute.Duration()), slot.Value)
			s.ID.Name = name
			st.append(s)
		}
	}
}
