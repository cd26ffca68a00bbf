package alarms

import "skywatch/metric"

// observe takes in an observation. A late one, of a period that the current
// evaluation has looked at, calls for another look.
func (l *loop) observe(o metric.Observation) {
	l.key = o.ID.AppendKey(l.key[:0])
	for s := l.metrics[string(l.key)]; s != nil; s = s.next {
		switch {
		case s.live && s.tier == metric.Second && o.Tier == metric.Minute:
			l.observeStandard(s, o.Datapoint.Start)
		case s.live && s.tier == o.Tier:
			if o.Reread {
				l.read(s)
			} else {
				s.window.put(o.Datapoint)
			}
			l.show(s, o.Datapoint.Start, o.Tier)
		case !s.live && o.Tier == metric.Minute:
			if l.show(s, o.Datapoint.Start, o.Tier) {
				l.read(s)
			}
		}
	}
}

// observeStandard takes in that a minute has changed, for a series by the
// second. Whether data of high resolution made the change only the store can
// tell for sure: their own observation may be still to come.
func (l *loop) observeStandard(s *series, minute metric.Instant) {
	if s.window.fine(minute) {
		return
	}
	l.read(s)
	l.show(s, minute, metric.Second)
}

// show has those evaluated who see a period that has changed: at once if it is in
// the range of the current instant, which is late, and otherwise when the next
// one is due, if that was looked at beforehand.
func (l *loop) show(s *series, start metric.Instant, width metric.Period) (late bool) {
	for _, f := range s.followers {
		if f.sees(start, width, f.cohort.instant) {
			l.want(f)
			late = true
		}
		if f.sees(start, width, f.cohort.next()) {
			f.cohort.reopen(f)
		}
	}
	return late
}
