package alarms

import (
	"time"

	"skywatch/metric"
)

// series is the data of one metric at one tier, which alarms share; or else the
// answer to a question of one alarm. The loop alone touches it.
type series struct {
	key    string // of the metric; the alarm's ARN for a question
	tier   metric.Period
	live   bool // fed by observations; otherwise read before each evaluation
	window *window
	// reach is how far back from an instant the followers look.
	reach time.Duration
	// ask is set where it is a question: it takes the place of reading the metric.
	// What it returned last is the answer.
	ask    question
	answer seen
	// next is another series of the metric.
	next *series

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

// widen has the window kept for a follower that looks so far back; yes says that
// it does not hold all of that yet.
func (s *series) widen(span time.Duration, basic bool) (yes bool) {
	switch {
	case s.reach == 0: // it is new
		s.window.keepBasic(basic)
	case s.window.basic && !basic:
		s.window.keepBasic(false)
		yes = true
	}
	if span > s.reach {
		s.reach, yes = span, true
	}
	return yes
}

// narrow forgets how far a follower that is gone looked back.
func (s *series) narrow() {
	s.reach = 0
	for _, f := range s.followers {
		s.reach = max(s.reach, f.alarm.span())
	}
}

// forget drops what none of the followers looks at any more, one of them being
// evaluated at an instant. Others may be at the instant before.
func (s *series) forget(at metric.Instant, cadence metric.Period) {
	if s.window != nil {
		s.window.forget(at.Add(-s.reach - cadence.Duration()))
	}
}

// series returns the series of a metric, which is watched where that is not so
// yet.
func (l *loop) series(id metric.ID, tier metric.Period, live bool) *series {
	key := id.AppendKey(nil)
	first := l.metrics[string(key)]
	for s := first; s != nil; s = s.next {
		if s.tier == tier && s.live == live {
			return s
		}
	}
	s := &series{tier: tier, live: live, window: newWindow(tier)}
	if first != nil {
		s.key, s.next, first.next = first.key, first.next, s
		return s
	}
	s.key = string(key)
	l.metrics[s.key] = s
	l.watcher.Watch(id) // before the read, so that nothing falls between
	return s
}

// drop ends a series that nobody follows.
func (l *loop) drop(s *series) {
	first := l.metrics[s.key]
	switch {
	case first != s:
		for first.next != s {
			first = first.next
		}
		first.next = s.next
	case s.next != nil:
		l.metrics[s.key] = s.next
	default:
		delete(l.metrics, s.key)
		l.watcher.Unwatch(s.id())
	}
}

// id names the metric.
func (s *series) id() metric.ID {
	id, _, _ := metric.ParseKey([]byte(s.key)) // the loop has written it
	return id
}
