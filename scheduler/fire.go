package scheduler

import (
	"time"

	"skywatch/catalog"
	"skywatch/schedule/ticker"
)

// Owner returns what has a ticker run the schedules; its plans are those of
// the name Owner.
func (s *Service) Owner() ticker.Owner {
	return ticker.Owner{Fire: s.fire, Next: s.next}
}

// fire acts on a planned time or passes it over, and says what comes next. A
// schedule without another time may end.
func (s *Service) fire(tx *catalog.Tx, tick ticker.Tick) (ticker.Then, error) {
	sch, ok, err := schedules.Get(tx, tick.Key...)
	if err != nil || !ok || sch.State != Enabled {
		return ticker.Then{}, err
	}
	sch.Name = nameOf(tick.Key)
	if g, there, err := findGroup(tx, sch.GroupName); err != nil || !there || g.State == Deleting {
		return ticker.Then{}, err
	}
	t, err := sch.times()
	if err != nil {
		return ticker.Then{}, err
	}
	then, passed := pass(&sch, t, tick)
	if !passed {
		if then, err = s.run(tx, &sch, t, tick); err != nil {
			return then, err
		}
	}
	if then.Next.IsZero() && sch.Completion == Delete {
		return then, forgetSchedule(tx, sch.Name)
	}
	return then, nil
}

// run commits the delivery of a planned time.
func (s *Service) run(tx *catalog.Tx, sch *Schedule, t times, tick ticker.Tick) (ticker.Then, error) {
	planned, ok := t.latest(tick.Planned)
	if !ok {
		planned = tick.Planned
	}
	if err := s.Outbox.Enqueue(tx, sch.deliveries(planned, tick.Now)...); err != nil {
		return ticker.Then{}, err
	}
	next, _ := t.following(planned)
	return ticker.Then{Next: next}, nil
}

// pass judges a time that came while nothing ran: of several only the latest
// is made up for, and none that is older than its delivery may get.
func pass(sch *Schedule, t times, tick ticker.Tick) (ticker.Then, bool) {
	if !tick.Noticed.After(tick.Planned) {
		return ticker.Then{}, false
	}
	if latest := t.lastBefore(tick.Now); latest.After(tick.Planned) {
		return ticker.Then{Next: latest, Missed: t.missed(tick.Planned, latest)}, true
	}
	if tick.Now.Sub(tick.Planned) <= time.Duration(sch.Target.MaxAgeSeconds)*time.Second {
		return ticker.Then{}, false
	}
	next, _ := t.next(tick.Planned)
	return ticker.Then{Next: next, Missed: 1}, true
}

// lastBefore returns the last time up to an instant at which there was
// something to do.
func (t times) lastBefore(at time.Time) time.Time {
	p, ok := t.latest(at)
	if !ok {
		return time.Time{}
	}
	if acted := t.actedOn(p); !acted.After(at) {
		return acted
	}
	if p, ok = t.latest(p.Add(-1)); !ok {
		return time.Time{}
	}
	return t.actedOn(p)
}

// next tells a ticker whose clock was set back the first time after an instant.
func (s *Service) next(r catalog.Reader, key []string, after time.Time) (time.Time, error) {
	sch, ok, err := schedules.Get(r, key...)
	if err != nil || !ok || sch.State != Enabled {
		return time.Time{}, err
	}
	sch.Name = nameOf(key)
	t, err := sch.times()
	if err != nil {
		return time.Time{}, err
	}
	at, _ := t.next(after)
	return at, nil
}
