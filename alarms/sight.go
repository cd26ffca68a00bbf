package alarms

import "skywatch/metric"

// sight is what an alarm looks at: through its definition, at one window for each
// metric that it reads. Live evaluation shares the windows of a metric between
// its alarms and keeps them up to date; a back-test fills windows of its own.
// What both see at an instant is the same.
type sight struct {
	d    *Definition
	eyes []eye
}

// eye is one metric as an alarm reads it.
type eye struct {
	stat   metric.Statistic
	unit   string // empty: whichever is chosen
	window *window
}

// input names a metric that an alarm reads, and how.
type input struct {
	metric metric.ID
	stat   metric.Statistic
	unit   string
}

// inputs lists the metrics that an alarm reads.
func (a *Alarm) inputs() []input {
	stat, _ := metric.ParseStatistic(a.stat())
	return []input{{metric: a.Metric(), stat: stat, unit: a.Unit}}
}

// look opens the alarm's eyes; open hands out the window of a metric at the
// tier that the alarm reads, which is put to later.
func (a *Alarm) look(open func(metric.ID, metric.Period, metric.Statistic) *window) sight {
	s := sight{d: &a.Definition}
	for _, in := range a.inputs() {
		s.eyes = append(s.eyes, eye{in.stat, in.unit, open(in.metric, a.tier(), in.stat)})
	}
	return s
}

// slots returns the evaluation range at an instant: the periods of the alarm that
// end at the instant and before, oldest first.
func (s *sight) slots(at metric.Instant) []Slot {
	period := s.d.Period.Millis()
	slots := make([]Slot, s.d.slots())
	start := at - metric.Instant(len(slots))*period
	for i := range slots {
		slots[i] = s.eyes[0].slot(start, s.d.Period)
		start += period
	}
	return slots
}

// slot takes the statistic of the period that begins at start.
func (e *eye) slot(start metric.Instant, period metric.Period) Slot {
	return e.window.slot(start, period, e.stat, e.unit)
}
