package manual

import (
	"container/heap"
	"sync"
	"time"
)

// Clock stands still until a Hand moves it. It is safe for concurrent use.
type Clock struct {
	mu       sync.Mutex
	now      time.Time
	sleepers sleepers
}

// NewClock returns a clock that stands at a time.
func NewClock(at time.Time) *Clock { return &Clock{now: whole(at)} }

// whole is a time in milliseconds, which is what times are kept in.
func whole(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// Now implements targets.Clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Wake implements targets.Clock.
func (c *Clock) Wake(t time.Time) (<-chan time.Time, func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &sleeper{until: t, woken: make(chan time.Time, 1)}
	if !t.After(c.now) {
		s.woken <- c.now
		return s.woken, func() {}
	}
	heap.Push(&c.sleepers, s)
	return s.woken, func() { c.forget(s) }
}

func (c *Clock) forget(s *sleeper) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.place < len(c.sleepers) && c.sleepers[s.place] == s {
		heap.Remove(&c.sleepers, s.place)
	}
}

// set moves the clock and wakes those whose time has come.
func (c *Clock) set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
	for len(c.sleepers) > 0 && !c.sleepers[0].until.After(now) {
		s := heap.Pop(&c.sleepers).(*sleeper)
		s.woken <- now // has room: it is sent once
	}
}

// sleeper waits for a time.
type sleeper struct {
	until time.Time
	woken chan time.Time
	place int // in the heap
}

// sleepers are a heap by the time.
type sleepers []*sleeper

func (s sleepers) Len() int           { return len(s) }
func (s sleepers) Less(i, j int) bool { return s[i].until.Before(s[j].until) }

func (s sleepers) Swap(i, j int) {
	s[i], s[j] = s[j], s[i]
	s[i].place, s[j].place = i, j
}

func (s *sleepers) Push(x any) {
	one := x.(*sleeper)
	one.place = len(*s)
	*s = append(*s, one)
}

func (s *sleepers) Pop() any {
	last := len(*s) - 1
	one := (*s)[last]
	(*s)[last] = nil
	*s = (*s)[:last]
	return one
}
