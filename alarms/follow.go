package alarms

import (
	"container/heap"
	"context"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"

	"skywatch/catalog"
	"skywatch/metric"
)

// follow is one alarm under evaluation. The loop alone touches it.
type follow struct {
	alarm *Alarm
	sight sight
	// series are what the sight shows, each once.
	series []*series
	// offset is how long after an instant its evaluation begins.
	offset time.Duration
	// instant is the latest one that was evaluated or waits to be.
	instant metric.Instant
	// due is when the next one begins; place is where that stands in the heap.
	due   metric.Instant
	place int
	// wanted says that an evaluation waits for the series or for a commit,
	// queued that it waits for nothing.
	wanted, queued bool
	committing     bool
	// repeated is the latest instant at which the actions that repeat were.
	repeated metric.Instant
}

// series is the data of one metric at one tier, which alarms share; or else the
// answer to a question of one alarm.
type series struct {
	key    string // of the metric; empty for a question
	id     metric.ID
	tier   metric.Period
	live   bool // fed by observations; otherwise read before each evaluation
	window *window
	// ask is set where it is a question: it takes the place of reading the metric.
	// What it returned last is the answer.
	ask    question
	answer any

	followers []*follow
	read      readState
	// again says that another read is due after the one under way.
	again  bool
	loaded bool // once at least
}

// question is what an alarm asks before each evaluation if no window shows what
// it looks at. The loop asks beside itself, few at once, again and again after
// errors, and evaluates when it has the answer.
type question func(ctx context.Context, at metric.Instant) (answer any, err error)

type readState uint8

const (
	notRead readState = iota
	readQueued
	readUnderWay
)

func (s *series) ready() bool { return s.loaded && s.read == notRead }

// since returns the earliest instant that a follower looks back to.
func (s *series) since() metric.Instant {
	since := s.followers[0].since()
	for _, f := range s.followers[1:] {
		since = min(since, f.since())
	}
	return since
}

// ready reports whether all that the alarm looks at is there.
func (f *follow) ready() bool {
	return !slices.ContainsFunc(f.series, func(s *series) bool { return !s.ready() })
}

func (f *follow) since() metric.Instant { return f.instant.Add(-f.alarm.span()) }

// sees reports whether a period that begins at start is closed and in the range
// of the current instant.
func (f *follow) sees(start metric.Instant, width metric.Period) bool {
	return start+width.Millis() <= f.instant && start >= f.since()
}

// at returns the instant whose evaluation has begun, or should have, by now.
func (f *follow) at(now metric.Instant) metric.Instant {
	return now.Add(-f.offset).Floor(f.alarm.Cadence())
}

// followAll follows the alarms of all tenants.
func (l *loop) followAll() error {
	now := l.now()
	return l.service.opts.Catalog.View(func(r catalog.Reader) error {
		return scan(r, nil, nil, func(a *Alarm) (bool, error) {
			if a.evaluated() {
				l.begin(l.follow(a, now))
			}
			return true, nil
		})
	})
}

// evaluated reports whether alarms of this kind are evaluated at instants.
func (d *Definition) evaluated() bool { return d.Kind() == OnMetric }

// follow begins to follow an alarm.
func (l *loop) follow(a *Alarm, now metric.Instant) *follow {
	f := &follow{alarm: a, offset: l.opts.Settle}
	if a.Period < metric.Minute {
		f.offset = l.opts.SettleShort
	}
	if spread := uint64(l.opts.Spread.Milliseconds()); spread > 0 {
		f.offset += time.Duration(xxhash.Sum64String(a.ARN())%(spread+1)) * time.Millisecond
	}
	f.instant = f.at(now)
	l.join(f)
	f.plan()
	heap.Push(&l.schedule, f)
	l.alarms[a.Key] = f
	l.counts.following.Store(int64(len(l.alarms)))
	return f
}

// take replaces the alarm by what it is now, its definition being the same.
func (f *follow) take(a *Alarm) {
	f.alarm = a
	f.sight.d = &a.Definition
}

// begin evaluates the current instant, which may have passed while nobody
// followed the alarm. An alarm that was defined since then keeps its state until
// the next instant, as AWS's does (recorded: with missing data taken as good, a
// new alarm goes from INSUFFICIENT_DATA to ALARM on the datum sent just before
// it); only where that is up to an hour away it is not made to wait (inferred).
func (l *loop) begin(f *follow) {
	if f.instant >= f.alarm.ConfigurationUpdated || f.alarm.long() {
		l.want(f)
	}
}

// plan sets the next due time.
func (f *follow) plan() {
	f.due = (f.instant + f.alarm.Cadence().Millis()).Add(f.offset)
}

// join opens the follower's sight on the series of its metrics.
func (l *loop) join(f *follow) {
	f.sight = f.alarm.look(func(id metric.ID, tier metric.Period, _ metric.Statistic) *window {
		s := l.open(id, tier, !f.alarm.long())
		if !slices.Contains(f.series, s) {
			f.series = append(f.series, s)
			s.followers = append(s.followers, f)
			// Also where the series is there already: this alarm may look farther back.
			l.read(s)
		}
		return s.window
	})
}

// open returns the series of a metric, which is watched where that is not so
// yet.
func (l *loop) open(id metric.ID, tier metric.Period, live bool) *series {
	key := string(id.AppendKey(nil))
	all, watched := l.metrics[key]
	if i := slices.IndexFunc(all, func(s *series) bool { return s.tier == tier && s.live == live }); i >= 0 {
		return all[i]
	}
	s := &series{key: key, id: id, tier: tier, live: live, window: newWindow(tier)}
	l.metrics[key] = append(all, s)
	if !watched {
		// Before the read, so that nothing falls between.
		l.watcher.Watch(id)
	}
	return s
}

// unfollow ends following an alarm.
func (l *loop) unfollow(f *follow) {
	heap.Remove(&l.schedule, f.place)
	if l.alarms[f.alarm.Key] == f {
		delete(l.alarms, f.alarm.Key)
	}
	l.counts.following.Store(int64(len(l.alarms)))
	for _, s := range f.series {
		s.followers = slices.DeleteFunc(s.followers, func(o *follow) bool { return o == f })
		if len(s.followers) == 0 && s.ask == nil {
			l.close(s)
		}
	}
}

// close drops a series that nobody follows.
func (l *loop) close(s *series) {
	rest := slices.DeleteFunc(l.metrics[s.key], func(o *series) bool { return o == s })
	if len(rest) > 0 {
		l.metrics[s.key] = rest
		return
	}
	delete(l.metrics, s.key)
	l.watcher.Unwatch(s.id)
}

// schedule is a heap of followers by their due time.
type schedule []*follow

func (s schedule) Len() int           { return len(s) }
func (s schedule) Less(i, j int) bool { return s[i].due < s[j].due }
func (s schedule) Swap(i, j int) {
	s[i], s[j] = s[j], s[i]
	s[i].place, s[j].place = i, j
}

// Push implements heap.Interface.
func (s *schedule) Push(x any) {
	f := x.(*follow)
	f.place = len(*s)
	*s = append(*s, f)
}

// Pop implements heap.Interface.
func (s *schedule) Pop() any {
	last := len(*s) - 1
	f := (*s)[last]
	*s = (*s)[:last]
	return f
}
