package alarms

import "skywatch/metric"

// memo remembers the slots that a back-test has folded: as periods slide, each is
// looked at again N + 2 periods long. It holds as many as begin in a range, the
// newest of those that fall on one place.
type memo struct {
	step   metric.Instant
	places []remembered
}

type remembered struct {
	period metric.Period // 0: nothing is remembered
	slot   Slot
}

func newMemo(d *Definition, step metric.Period) *memo {
	return &memo{step.Millis(), make([]remembered, int(d.span()/step.Duration())+1)}
}

// slot returns what is remembered of a period, or what fold says.
func (m *memo) slot(start metric.Instant, period metric.Period, fold func(metric.Instant, metric.Period) Slot) Slot {
	n := len(m.places)
	r := &m.places[(int(start/m.step)%n+n)%n] // also before 1970
	if r.period != period || r.slot.Start != start {
		*r = remembered{period, fold(start, period)}
	}
	return r.slot
}
