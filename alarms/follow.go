package alarms

import (
	"container/heap"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"

	"skywatch/catalog"
	"skywatch/metric"
)

// follow is one alarm under evaluation. The loop alone touches it.
type follow struct {
	alarm  *Alarm
	stat   metric.Statistic
	series *series
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

// series is the data of one metric at one tier, which alarms share.
type series struct {
	key    string // of the metric
	id     metric.ID
	tier   metric.Period
	live   bool // fed by observations; otherwise read before each evaluation
	window *window

	followers []*follow
	read      readState
	// again says that another read is due after the one under way.
	again  bool
	loaded bool // once at least
}

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
			l.begin(l.follow(a, now))
			return true, nil
		})
	})
}

// follow begins to follow an alarm.
func (l *loop) follow(a *Alarm, now metric.Instant) *follow {
	stat, _ := metric.ParseStatistic(a.stat())
	f := &follow{alarm: a, stat: stat, offset: l.opts.Settle}
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

// join puts the follower to the series of its metric, which is watched and read
// where that is not so yet.
func (l *loop) join(f *follow) {
	id := f.alarm.Metric()
	key := string(id.AppendKey(nil))
	tier, live := f.alarm.tier(), !f.alarm.long()
	all, watched := l.metrics[key]
	i := slices.IndexFunc(all, func(s *series) bool { return s.tier == tier && s.live == live })
	if i < 0 {
		all = append(all, &series{key: key, id: id, tier: tier, live: live, window: newWindow(tier)})
		i = len(all) - 1
		l.metrics[key] = all
	}
	f.series = all[i]
	f.series.followers = append(f.series.followers, f)
	if !watched {
		// Before the read, so that nothing falls between.
		l.watcher.Watch(id)
	}
	// Also where the series is there already: this alarm may look farther back.
	l.read(f.series)
}

// unfollow ends following an alarm.
func (l *loop) unfollow(f *follow) {
	heap.Remove(&l.schedule, f.place)
	if l.alarms[f.alarm.Key] == f {
		delete(l.alarms, f.alarm.Key)
	}
	l.counts.following.Store(int64(len(l.alarms)))
	s := f.series
	s.followers = slices.DeleteFunc(s.followers, func(o *follow) bool { return o == f })
	if len(s.followers) > 0 {
		return
	}
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
