package alarms

import "skywatch/metric"

// sight is what an alarm looks at: through its definition, at one window for each
// metric that it reads. Live evaluation shares the windows of a metric between
// its alarms and keeps them up to date; a back-test fills windows of its own.
// What both see at an instant is the same.
type sight struct {
	d    *Definition
	eyes []eye
	// clock is what the periods lie by; nil: they slide.
	clock *wallClock
	// formula is what an alarm on metric math computes of what its eyes see.
	formula *formula
	// wrong says why the definition cannot be evaluated, empty: it can.
	wrong string
}

// eye is one metric as an alarm reads it.
type eye struct {
	stat   metric.Statistic
	unit   string // empty: whichever is chosen
	window *window
	memo   *memo // of a back-test, whose windows do not change
}

// input names a metric that an alarm reads, and how.
type input struct {
	metric metric.ID
	stat   metric.Statistic
	unit   string
}

// inputs lists the metrics that an alarm reads, those of metric math in the
// formula's order.
func (a *Alarm) inputs(f *formula) []input {
	if f == nil {
		stat, _ := metric.ParseStatistic(a.stat())
		return []input{{metric: a.Metric(), stat: stat, unit: a.Unit}}
	}
	all := make([]input, len(f.metrics))
	for i, q := range f.metrics {
		stat, _ := metric.ParseStatistic(q.Metric.Stat)
		all[i] = input{metric: q.Metric.id(a.Tenant), stat: stat, unit: q.Metric.Unit}
	}
	return all
}

// look opens the alarm's eyes; open hands out the window of a metric at the
// tier that the alarm reads, which is put to later.
func (a *Alarm) look(open func(metric.ID, metric.Period, metric.Statistic) *window) sight {
	s := sight{d: &a.Definition, clock: a.clock()}
	if a.Kind() == OnQueries {
		var err error
		if s.formula, err = newFormula(a.Queries); err != nil { // it was checked, perhaps by another version
			s.wrong = err.Error()
			return s
		}
	}
	for _, in := range a.inputs(s.formula) {
		s.eyes = append(s.eyes, eye{stat: in.stat, unit: in.unit, window: open(in.metric, a.tier(), in.stat)})
	}
	return s
}

// see returns what there is to see at an instant.
func (s *sight) see(at metric.Instant) seen {
	if s.wrong != "" {
		return seen{wrong: s.wrong}
	}
	if s.formula != nil {
		return s.compute(at)
	}
	return seen{slots: s.eyes[0].slots(s.periods(at))}
}

// slots returns the evaluation range of an alarm on one time series, oldest
// first.
func (s *sight) slots(at metric.Instant) []Slot { return s.see(at).slots }

// compute has the formula computed over what the eyes see.
func (s *sight) compute(at metric.Instant) seen {
	slots, err := s.formula.slots(s.eyes, s.periods(at))
	if err != nil {
		return seen{wrong: err.Error()}
	}
	return seen{slots: slots}
}

// periods returns those of the evaluation range at an instant: they end at the
// instant and before, or where the clock says.
func (s *sight) periods(at metric.Instant) periods {
	n := s.d.slots()
	if s.clock != nil {
		return periods{n: n, bounds: s.clock.bounds(n, at)}
	}
	return periods{n: n, start: at - metric.Instant(n)*s.d.Period.Millis(), period: s.d.Period}
}

// slots returns the slots of periods, oldest first.
func (e *eye) slots(of periods) []Slot {
	slots := make([]Slot, of.n)
	for i := range slots {
		slots[i] = e.slot(of.at(i))
	}
	return slots
}

// slot takes the statistic of the period that begins at start.
func (e *eye) slot(start metric.Instant, period metric.Period) Slot {
	if e.memo != nil {
		return e.memo.slot(start, period, e.fold)
	}
	return e.fold(start, period)
}

func (e *eye) fold(start metric.Instant, period metric.Period) Slot {
	return e.window.slot(start, period, e.stat, e.unit)
}
