package alarms

import (
	"slices"
	"time"

	"skywatch/metric"
)

// cohort is the alarms whose evaluations begin together: those of one cadence and
// one offset after their instants.
//
// Nearly all evaluations find that nothing changes. So each instant is looked at
// beforehand, once it has passed, at a time at which only few cohorts are: what
// would not change is passed over when the instant is due, unless something has
// come meanwhile that bears on it.
type cohort struct {
	cadence metric.Period
	// offset is how long after an instant its evaluations begin, early when it is
	// looked at beforehand.
	offset, early time.Duration
	members       []*follow
	// instant is the latest one whose evaluations have begun.
	instant metric.Instant
	// Of the members, the first so many were looked at for the next instant, and
	// of those open have to be evaluated.
	looked int
	open   []*follow
	// wake is when the next look or evaluation is due; place is where that stands
	// in the schedule.
	wake  metric.Instant
	place int
}

// next is the instant after the latest one.
func (c *cohort) next() metric.Instant { return c.instant + c.cadence.Millis() }

// at returns the instant whose evaluations have begun, or should have, by now.
func (c *cohort) at(now metric.Instant) metric.Instant { return now.Add(-c.offset).Floor(c.cadence) }

// due is when the evaluations of an instant begin.
func (c *cohort) due(instant metric.Instant) metric.Instant { return instant.Add(c.offset) }

func (c *cohort) add(f *follow) {
	f.cohort, f.place = c, len(c.members)
	c.members = append(c.members, f)
}

// remove takes a member out; the last one gets its place.
func (c *cohort) remove(f *follow) {
	if f.open {
		c.open = slices.DeleteFunc(c.open, func(o *follow) bool { return o == f })
	}
	last := len(c.members) - 1
	moved := c.members[last]
	c.members[f.place], c.members[last] = moved, nil
	c.members = c.members[:last]
	if moved != f {
		looked := last < c.looked
		moved.place = f.place
		if !looked {
			c.reopen(moved)
		}
	}
	c.looked = min(c.looked, last)
	f.cohort = nil
}

// reopen has a member evaluated at the next instant, though it was looked at: what
// it would be decided on has changed.
func (c *cohort) reopen(f *follow) {
	if f.place < c.looked && !f.open {
		f.open = true
		c.open = append(c.open, f)
	}
}

// look goes through the members at the next instant and leaves those open that
// are not quiet.
func (c *cohort) look(quiet func(*follow, metric.Instant) bool) {
	at := c.next()
	c.looked = len(c.members)
	for _, f := range c.members {
		if !quiet(f, at) {
			c.reopen(f)
		}
	}
}

// begin moves on to the instant that is due now and calls fn for the members
// that are to be evaluated. Instants that passed while nothing ran are not made
// up for: the newest one is decided on all data.
func (c *cohort) begin(now metric.Instant, fn func(*follow)) {
	looked := c.looked
	if c.at(now) != c.next() {
		looked = 0 // that was for another one
	}
	c.instant = c.at(now)
	if looked > 0 {
		for _, f := range c.open {
			fn(f)
		}
	}
	for _, f := range c.members[looked:] {
		fn(f)
	}
	c.rewind()
}

// rewind has the next instant looked at when it is time.
func (c *cohort) rewind() {
	for _, f := range c.open {
		f.open = false
	}
	c.open, c.looked = c.open[:0], 0
	c.wake = c.next().Add(c.early)
}

// setBack moves to the instant that the clock shows, if that is an earlier one.
func (c *cohort) setBack(now metric.Instant) bool {
	at := c.at(now)
	if at >= c.instant {
		return false
	}
	c.instant = at
	c.rewind()
	return true
}
