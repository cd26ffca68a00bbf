package runtime

import (
	"sync"
	"time"
)

// A function that cannot start is not started again at once for every call:
// after some failures in a row there is a pause, within which its calls are
// answered with the last failure.
const (
	crashesAllowed = 3
	firstPause     = time.Second // doubled with each further failure
	longestPause   = 32 * time.Second
)

type crashes struct {
	mu    sync.Mutex
	loops map[key]*crashLoop // of versions whose last start failed
}

type crashLoop struct {
	count int
	until time.Time
	last  []byte // its answer
}

// held tells the last failure of a version that is in its pause.
func (c *crashes) held(k key, now time.Time) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	loop := c.loops[k]
	if loop == nil || !now.Before(loop.until) {
		return nil, false
	}
	return loop.last, true
}

// add counts a failure and tells the pause before the next start.
func (c *crashes) add(k key, now time.Time, answer []byte) (pause time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	loop := c.loops[k]
	if loop == nil {
		loop = &crashLoop{}
		c.loops[k] = loop
	}
	loop.count++
	loop.last = answer
	if over := loop.count - crashesAllowed; over >= 0 {
		pause = min(firstPause<<min(over, 10), longestPause)
		loop.until = now.Add(pause)
	}
	return pause
}

// forget is for versions that started, or whose code changed.
func (c *crashes) forget(match func(key) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for k := range c.loops {
		if match(k) {
			delete(c.loops, k)
		}
	}
}
