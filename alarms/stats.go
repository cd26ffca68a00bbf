package alarms

import (
	"sync/atomic"
	"time"
)

// Stats tell how an Evaluator is doing. All but Following and Late count up.
type Stats struct {
	Following   int64 // alarms under evaluation
	Evaluations int64
	Transitions int64 // that the evaluator found and committed
	Dropped     int64 // observations that found the queue full
	// Late is how long after it was due (instant, settling time and spread) the
	// last evaluation began.
	Late time.Duration
}

type counters struct {
	following, evaluations, transitions, dropped, late atomic.Int64
}

// Stats returns the figures of this moment.
func (e *Evaluator) Stats() Stats {
	c := &e.counts
	return Stats{
		Following: c.following.Load(), Evaluations: c.evaluations.Load(), Transitions: c.transitions.Load(),
		Dropped: c.dropped.Load(), Late: time.Duration(c.late.Load()),
	}
}
