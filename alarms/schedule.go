package alarms

import (
	"container/heap"
	"time"

	"skywatch/metric"
)

// schedule has the cohorts, and the time at which each wakes.
type schedule struct {
	heap cohorts
	all  map[pace]*cohort
}

// pace is what the alarms of a cohort have in common.
type pace struct {
	cadence metric.Period
	offset  time.Duration
}

// join puts a follower into its cohort, which looks at instants beforehand when
// so much time has passed.
func (s *schedule) join(f *follow, p pace, early time.Duration, now metric.Instant) {
	c := s.all[p]
	if c == nil {
		c = &cohort{cadence: p.cadence, offset: p.offset, early: min(early, p.offset)}
		c.instant = c.at(now)
		c.wake = c.next().Add(c.early)
		s.all[p] = c
		heap.Push(&s.heap, c)
	}
	c.add(f)
}

func (s *schedule) leave(f *follow) {
	c := f.cohort
	c.remove(f)
	if len(c.members) == 0 {
		heap.Remove(&s.heap, c.place)
		delete(s.all, pace{c.cadence, c.offset})
	}
}

// next returns when a cohort wakes; ok is false where there is none.
func (s *schedule) next() (at metric.Instant, ok bool) {
	if len(s.heap) == 0 {
		return 0, false
	}
	return s.heap[0].wake, true
}

// due returns when evaluations begin next; ok is false where there are none.
func (s *schedule) due() (at metric.Instant, ok bool) {
	for _, c := range s.heap {
		if due := c.due(c.next()); !ok || due < at {
			at, ok = due, true
		}
	}
	return at, ok
}

// setBack returns the cohorts whose instant is ahead of the clock. They are at its
// instant from then on.
func (s *schedule) setBack(now metric.Instant) (all []*cohort) {
	for _, c := range s.heap {
		if c.setBack(now) {
			all = append(all, c)
		}
	}
	heap.Init(&s.heap)
	return all
}

// first is the cohort that wakes next; moved puts it where its new time belongs.
func (s *schedule) first() *cohort { return s.heap[0] }
func (s *schedule) moved()         { heap.Fix(&s.heap, 0) }

// cohorts is a heap by the time at which they wake.
type cohorts []*cohort

func (s cohorts) Len() int           { return len(s) }
func (s cohorts) Less(i, j int) bool { return s[i].wake < s[j].wake }
func (s cohorts) Swap(i, j int) {
	s[i], s[j] = s[j], s[i]
	s[i].place, s[j].place = i, j
}

// Push implements heap.Interface.
func (s *cohorts) Push(x any) {
	c := x.(*cohort)
	c.place = len(*s)
	*s = append(*s, c)
}

// Pop implements heap.Interface.
func (s *cohorts) Pop() any {
	last := len(*s) - 1
	c := (*s)[last]
	(*s)[last] = nil
	*s = (*s)[:last]
	return c
}
