package targets

import "time"

// Clock tells the time and wakes at a time. It is the seam for a clock that
// stands still until it is told to go on.
type Clock interface {
	Now() time.Time
	// Wake returns a channel on which something arrives once it is t, or
	// earlier; stop frees what it holds.
	Wake(t time.Time) (c <-chan time.Time, stop func())
}

// longestSleep bounds how late a wake-up is after the machine's clock was set
// forward: timers run on the monotonic clock.
const longestSleep = time.Minute

// SystemClock is the machine's clock.
type SystemClock struct{}

// Now implements Clock.
func (SystemClock) Now() time.Time { return time.Now() }

// Wake implements Clock.
func (SystemClock) Wake(t time.Time) (<-chan time.Time, func()) { return ClockOf(time.Now).Wake(t) }

// ClockOf tells the time by a function; it goes on as the machine's clock does.
type ClockOf func() time.Time

// Now implements Clock.
func (c ClockOf) Now() time.Time { return c() }

// Wake implements Clock.
func (c ClockOf) Wake(t time.Time) (<-chan time.Time, func()) {
	timer := time.NewTimer(min(t.Sub(c()), longestSleep))
	return timer.C, func() { timer.Stop() }
}
