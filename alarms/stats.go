package alarms

import (
	"sync/atomic"
	"time"

	"skywatch/metric"
)

// Stats tell how an Evaluator is doing. All but Following and Lag count up.
type Stats struct {
	Following   int64 // alarms under evaluation
	Evaluations int64
	Transitions int64 // that the evaluator found and committed
	Dropped     int64 // observations that found the queue full
	// Lag is how long after they were due (instant, settling time and spread)
	// evaluations began at most, in this minute and the one before.
	Lag time.Duration
}

type counters struct {
	following, evaluations, transitions, dropped atomic.Int64

	// The greatest lag of a minute and of the one before, in milliseconds. The loop
	// alone writes them.
	minute       metric.Instant
	most, before atomic.Int64
}

// lag notes when an evaluation begins and when it was due.
func (c *counters) lag(now, due metric.Instant) {
	if minute := now.Floor(metric.Minute); minute != c.minute {
		before := c.most.Load()
		if minute != c.minute+metric.Minute.Millis() {
			before = 0
		}
		c.before.Store(before)
		c.most.Store(0)
		c.minute = minute
	}
	c.most.Store(max(c.most.Load(), int64(now-due)))
}

// Stats returns the figures of this moment.
func (e *Evaluator) Stats() Stats {
	c := &e.counts
	return Stats{
		Following: c.following.Load(), Evaluations: c.evaluations.Load(), Transitions: c.transitions.Load(),
		Dropped: c.dropped.Load(), Lag: time.Duration(max(c.most.Load(), c.before.Load())) * time.Millisecond,
	}
}
