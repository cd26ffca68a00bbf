package alarms

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestWarmUp(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		warm := func(p *Put) {
			p.WarmUp = &WarmUp{Minutes: 10}
			p.EvaluationPeriods, p.TreatMissingData = 3, "breaching"
			p.InsufficientDataActions = []string{topic}
		}
		l.put(warm)
		l.evaluation(InWarmUp)
		l.sleepUntil("00:02:30")
		l.datum(0, 80)
		l.sleepUntil("00:03:30") // missing data would breach, and the one datum does
		l.is(InsufficientData)
		l.datum(0, 80)
		l.service.set(l, "cpu", OK, time.Now())
		synctest.Wait()
		l.sleepUntil("00:04:30")
		l.is(InsufficientData)
		l.datum(0, 80)
		l.sleepUntil("00:05:06") // the window is full
		l.is(Alarming)
		l.evaluation("")
		if n := len(deliveries(l, l.service.opts.Catalog)); n != 1 {
			l.Errorf("%d deliveries, want that of the first state after the warm-up", n)
		}
		// What has ended does not begin again.
		l.put(func(p *Put) {
			warm(p)
			p.WarmUp.Minutes = 60
		})
		l.evaluation("")
	})
}

func TestWholeWarmUp(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.put(nil)
		l.sleepUntil("00:02:00")
		whole := true
		l.put(func(p *Put) { p.WarmUp = &WarmUp{Minutes: 5, Whole: &whole} }) // the alarm has no data yet
		l.evaluation(InWarmUp)
		for _, at := range []string{"00:02:30", "00:03:30", "00:04:30", "00:05:30", "00:06:30"} {
			l.sleepUntil(at)
			l.datum(0, 80)
			l.is(InsufficientData)
		}
		l.evaluator.Stop()
		l.start(EvaluatorOptions{}) // it is on disk when the warm-up began
		l.sleepUntil("00:07:06")
		l.is(Alarming)
	})
}

// A warm-up without data ends with its time.
func TestWarmUpWithoutData(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.put(func(p *Put) { p.WarmUp = &WarmUp{Minutes: 2} })
		l.sleepUntil("00:01:30")
		l.evaluation(InWarmUp)
		l.sleepUntil("00:02:30")
		l.is(InsufficientData)
		l.evaluation("")
		if a := describe(l, l.service, "cpu"); a.Updated == a.Transitioned {
			l.Error("the change of EvaluationState did not move StateUpdatedTimestamp")
		}
	})
}

func (l *live) evaluation(want EvaluationState) {
	l.Helper()
	if got := describe(l, l.service, "cpu"); got.Evaluation != want {
		l.Fatalf("%s: evaluation state %q, want %q", time.Now().Format(time.TimeOnly), got.Evaluation, want)
	}
}
