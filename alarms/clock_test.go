package alarms

import (
	"sync/atomic"
	"testing"
	"time"

	"skywatch/schedule/ticker/tickertest"
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

// A clock that is set back does not stop evaluation until it has caught up: the
// instant that it shows is decided, on the data of before it.
func TestClockSetBack(t *testing.T) {
	var ahead atomic.Int64
	ahead.Store(int64(2 * time.Hour))
	clock := targets.ClockOf(func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
	inBubble(t, EvaluatorOptions{Clock: clock}, func(l *live) {
		l.put(func(p *Put) { p.TreatMissingData = string(NotBreaching) })
		l.sleepUntil("00:01:06")
		l.is(OK)
		ahead.Store(0)
		l.datum(0, 80)
		l.sleepUntil("00:02:06")
		l.is(Alarming)
		l.sleepUntil("00:05:06")
		l.is(OK)
		ahead.Store(-int64(3 * time.Minute)) // where 00:01 is the newest
		l.sleepUntil("00:06:07")
		l.is(Alarming)
	})
}

// Old history goes by the clock: whoever moves one by hand finds none of it left.
func TestHistoryIsForgottenByTheClock(t *testing.T) {
	t.Parallel()
	st, s, begin := newStore(), newTestService(t), time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	hand := tickertest.NewHand(begin)
	e := NewEvaluator(s, EvaluatorOptions{Clock: hand, Spread: -1})
	if err := e.Start(st, st); err != nil {
		t.Fatal(err)
	}
	defer e.Stop()
	put(t, s, begin, nil)
	for range 2 {
		if n := len(history(t, s, HistoryQuery{})); n != 1 {
			t.Fatalf("%d items", n)
		}
		if _, err := e.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	hand.Set(begin.Add(historyKept + time.Hour))
	if _, err := e.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, item := range history(t, s, HistoryQuery{}) {
		if item.At.Time().Equal(begin) {
			t.Errorf("kept: %+v", item)
		}
	}
}
