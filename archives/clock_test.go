package archives_test

import (
	"sync"
	"time"

	"skywatch/archives"
)

// leaper is a clock that can be set forward. (Days of virtual time take
// seconds: the stores' tickers tick through all of them.)
type leaper struct {
	mu     sync.Mutex
	ahead  time.Duration
	asleep map[chan time.Time]bool
}

func (c *leaper) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *leaper) Wake(t time.Time) (<-chan time.Time, func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	woken := make(chan time.Time, 2) // by the timer and by a leap
	timer := time.AfterFunc(time.Until(t)-c.ahead, func() { woken <- t })
	c.asleep[woken] = true
	return woken, func() {
		timer.Stop()
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.asleep, woken)
	}
}

func (c *leaper) leap(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
	for woken := range c.asleep {
		woken <- time.Now()
		delete(c.asleep, woken)
	}
}

func newLeaper() *leaper { return &leaper{asleep: map[chan time.Time]bool{}} }

func (c *leaper) use(o *archives.Options) { o.Clock = c }
