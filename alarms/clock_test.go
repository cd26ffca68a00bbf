package alarms

import (
	"sync/atomic"
	"testing"
	"time"

	"skywatch/targets"
)

// A clock that is set forward makes evaluations due, and the machine's timers
// do not hear of it: they are found within a minute.
func TestClockSetForward(t *testing.T) {
	var ahead atomic.Int64
	clock := targets.ClockOf(func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
	inBubble(t, EvaluatorOptions{Clock: clock}, func(l *live) {
		l.put(func(p *Put) { p.Period = 3600 })
		l.datum(0, 100)
		l.is(InsufficientData)
		ahead.Store(int64(2 * time.Hour))
		l.sleepUntil("00:01:00")
		l.is(Alarming)
		if at := describe(l, l.service, "cpu").Updated; at.Time().Before(clock().Add(-time.Minute)) {
			l.Errorf("the state is of %s, and it is %s", at.Time(), clock())
		}
	})
}
