package alarms

import (
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"

	"skywatch/metric"
)

// follow is one alarm under evaluation. The loop alone touches it.
type follow struct {
	alarm *Alarm
	sight sight
	// series are what the sight shows, each once.
	series []*series
	// cohort is nil once the alarm is not followed any more; place is where the
	// follower stands there.
	cohort *cohort
	place  int
	// open says that it was looked at for the next instant and is to be evaluated
	// then.
	open bool
	// wanted says that an evaluation waits for the series or for a commit,
	// queued that it waits for nothing.
	wanted, queued bool
	committing     bool
	// made is when the alarm was made, where that was lately: an instant that was
	// before is not begun. It stays where the alarm is defined anew, because who
	// does so each minute, just after the minute, wants it evaluated.
	made metric.Instant
	// repeated is the latest instant at which the actions that repeat were.
	repeated metric.Instant
}

// ready reports whether all that the alarm looks at is there.
func (f *follow) ready() bool {
	return !slices.ContainsFunc(f.series, func(s *series) bool { return !s.ready() })
}

// live reports whether all that the alarm looks at is kept up to date.
func (f *follow) live() bool {
	return !slices.ContainsFunc(f.series, func(s *series) bool { return !s.live })
}

// since is how far the alarm looks back at the current instant.
func (f *follow) since() metric.Instant { return f.cohort.instant.Add(-f.alarm.span()) }

// look returns what the alarm sees at an instant, the current one where it asks.
func (f *follow) look(at metric.Instant) seen {
	if len(f.series) == 1 && f.series[0].ask != nil {
		return f.series[0].answer
	}
	return f.sight.see(at)
}

// sees reports whether a period that begins at start is closed and in the range
// of an instant.
func (f *follow) sees(start metric.Instant, width metric.Period, at metric.Instant) bool {
	return start+width.Millis() <= at && start >= at.Add(-f.alarm.span())
}

// evaluated reports whether alarms of this kind are evaluated at instants.
func (d *Definition) evaluated() bool { return d.Kind() != OnChildren }

// follow begins to follow an alarm.
func (l *loop) follow(a *Alarm, now metric.Instant) *follow {
	f := &follow{alarm: lean(a)}
	settle := l.opts.Settle
	if a.Period < metric.Minute {
		settle = l.opts.SettleShort
	}
	p, early := pace{a.Cadence(), settle}, settle/2
	if most := l.opts.Spread; most >= time.Millisecond {
		spread := time.Duration(xxhash.Sum64String(a.ARN())%uint64(most.Milliseconds()+1)) * time.Millisecond
		p.offset += spread
		early += time.Duration(float64(settle-early) * float64(spread) / float64(most))
	}
	l.schedule.join(f, p, early, now)
	l.join(f)
	l.alarms[a.Key] = f
	l.counts.following.Store(int64(len(l.alarms)))
	return f
}

// take replaces the alarm by what it is now, its definition being the same.
func (f *follow) take(a *Alarm) {
	f.alarm = lean(a)
	f.sight.d = &f.alarm.Definition
	f.cohort.reopen(f)
}

// catchUp evaluates the current instant, which may have passed while nobody
// followed the alarm. An alarm that was defined since then keeps its state until
// the next instant, as AWS's does (recorded: with missing data taken as good, a
// new alarm goes from INSUFFICIENT_DATA to ALARM on the datum sent just before
// it); only where that is more than a minute away it is not made to wait
// (inferred).
func (l *loop) catchUp(f *follow) {
	if f.cohort.instant >= f.alarm.ConfigurationUpdated || f.cohort.cadence > metric.Minute {
		l.want(f)
	}
}

// join opens the follower's sight on the series of its metrics, or on the answer
// to its question.
func (l *loop) join(f *follow) {
	if ask := f.alarm.question(l.opts.Answers); ask != nil {
		s := &series{key: f.alarm.ARN(), ask: ask, followers: []*follow{f}}
		f.series = []*series{s}
		l.read(s)
		return
	}
	f.sight = f.alarm.look(func(id metric.ID, tier metric.Period, stat metric.Statistic) *window {
		s := l.series(id, tier, !f.alarm.long())
		if !slices.Contains(f.series, s) {
			f.series = append(f.series, s)
			s.followers = append(s.followers, f)
		}
		if s.widen(f.alarm.span(), stat.Basic()) {
			l.read(s)
		}
		return s.window
	})
}

// unfollow ends following an alarm.
func (l *loop) unfollow(f *follow) {
	l.schedule.leave(f)
	if l.alarms[f.alarm.Key] == f {
		delete(l.alarms, f.alarm.Key)
	}
	l.counts.following.Store(int64(len(l.alarms)))
	for _, s := range f.series {
		s.followers = slices.DeleteFunc(s.followers, func(o *follow) bool { return o == f })
		switch {
		case len(s.followers) > 0:
			s.narrow()
		case s.ask == nil:
			l.drop(s)
		}
	}
}
