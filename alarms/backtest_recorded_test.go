package alarms

import (
	"testing"
	"time"
)

// A datum that came late is marked by what it changed: the live alarm decided
// without it first.
func TestBacktestMarksLateData(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.put(func(p *Put) { p.TreatMissingData = "notBreaching" })
		l.sleepUntil("00:10:30")
		l.datum(0, 80) // in time
		l.sleepUntil("00:14:30")
		l.is(OK)
		l.sleepUntil("00:20:30")
		l.datum(3*time.Minute, 90) // the minute 00:17 was decided at 00:18 without it
		l.is(Alarming)             // it is in the range still
		l.sleepUntil("00:30:30")
		begin := time.Date(2000, 1, 1, 0, 5, 0, 0, time.UTC)
		c := backtest(l, l.service, l.store, nil, Backtest{Name: "cpu", Start: begin, End: time.Now(), Initial: OK}, time.Now())
		if got, want := strip(c), "OOOOOOAAAOOOOAAAOOOOOOOOOO"; got != want {
			l.Errorf("\n got %s\nwant %s", got, want)
		}
		var marks string
		for _, tr := range c.Transitions {
			switch recorded, known := c.Recorded(tr); {
			case !known:
				marks += "?"
			case recorded:
				marks += "+"
			default:
				marks += "-"
			}
		}
		// Live it went to ALARM at 00:20, by the datum that was late.
		if marks != "++-+" || len(c.RecordedOnly) != 1 || c.RecordedOnly[0].To != Alarming || c.RecordedOnly[0].At.Time().Format(time.TimeOnly) != "00:20:00" {
			l.Errorf("marks %s, only recorded %+v", marks, c.RecordedOnly)
		}
		// Of another definition nothing is recorded.
		l.put(func(p *Put) { *p.Threshold = 10 })
		if c = backtest(l, l.service, l.store, nil, Backtest{Name: "cpu", Start: begin, End: time.Now()}, time.Now()); c.Compared != 0 {
			l.Errorf("compared from %s", c.Compared.Time())
		}
	})
}
