package scalable

import (
	"time"

	"skywatch/catalog"
)

// How a change is carried out. AWS publishes none of the times (inferred).
const (
	// A driver whose answer is not known is called again after the first delay,
	// doubled each time, maxCalls times in all. So are bounds that could not be
	// kept, without an end.
	firstRetry   = 5 * time.Second
	longestRetry = 15 * time.Minute
	maxCalls     = 5
	// A resource that is on its way is asked each pollEvery, and given up after
	// maxWait.
	pollEvery = 5 * time.Second
	maxWait   = time.Hour
	// settles is how long a resource may tell of another capacity than the one
	// that it was asked for before somebody else has set it.
	settles = time.Minute
)

func delay(failures int) time.Duration {
	return min(longestRetry, firstRetry<<min(max(failures-1, 0), 10))
}

// change is a change of the capacity under way.
type change struct {
	ID       string
	Start    time.Time // with ID the key of the activity
	From, To int
	// Taken: the driver has taken the order; the resource is waited for until
	// Deadline.
	Taken    bool      `json:",omitempty"`
	Deadline time.Time `json:",omitzero"`
	// Calls whose outcome is not known; the next, and the next look at the
	// resource, is not before Next.
	Calls int       `json:",omitempty"`
	Next  time.Time `json:",omitzero"`
	// Bounds: nobody asks for it again if it fails.
	Bounds bool `json:",omitempty"`
}

// begin begins a change, in place of one that is under way.
func (s *Service) begin(tx *catalog.Tx, t *Target, from, to int, cause string) (*change, error) {
	if t.Change != nil {
		if err := s.finish(tx, t, Overridden, "A newer change of the capacity took its place."); err != nil { // (inferred)
			return nil, err
		}
	}
	t.Said = ""
	t.Change = &change{ID: freshActivity(), Start: s.now(), From: from, To: to}
	a := Activity{
		Name: t.Name, ID: t.Change.ID, Start: t.Change.Start, Description: "Setting " + t.words() + " to " + count(to) + ".",
		Cause: cause, Status: Status(InProgress), From: from, To: to,
	}
	return t.Change, a.save(tx)
}

// finish ends the change under way.
func (s *Service) finish(tx *catalog.Tx, t *Target, status Status, message string) error {
	c, now := t.Change, s.now()
	t.Change = nil
	if t.Move != nil && t.Move.Activity == c.ID {
		if t.Move.Until = now.Add(t.Move.Cooldown); status != Status(Successful) {
			t.Move = nil // a change that did not come has no cooldown
		}
	}
	key := t.key(catalog.TimePart(c.Start), c.ID)
	a, ok, err := activities.Get(tx, key...)
	if err != nil || !ok {
		return err
	}
	a.Status, a.Message, a.End = status, message, now
	if err := a.save(tx); err != nil {
		return err
	}
	if status == Status(Successful) {
		t.Failures, t.Moved = 0, now
		return s.announce(tx, t, &a)
	}
	return nil
}

// judge looks at what a resource says of a change that the driver has taken.
func (s *Service) judge(tx *catalog.Tx, t *Target, c Capacity) error {
	done := c.Progress == Successful || c.Progress == "" && c.Actual == t.Change.To
	switch {
	case c.Progress == Failed:
		return s.fail(tx, t, "Failed to set "+t.words()+" to "+count(t.Change.To)+". Reason: "+c.Reason)
	case done && c.Desired == t.Change.To:
		return s.finish(tx, t, Status(Successful), "Successfully set "+t.words()+" to "+count(t.Change.To)+". Change successfully fulfilled by "+t.Namespace+".")
	}
	if c.Desired != t.Change.To && s.now().Sub(t.Change.Deadline.Add(-maxWait)) >= settles {
		return s.finish(tx, t, Overridden, "The "+t.words()+" is "+count(c.Desired)+": something else has set it.") // (inferred)
	}
	return s.later(tx, t)
}

// later has the resource looked at again, or gives it up.
func (s *Service) later(tx *catalog.Tx, t *Target) error {
	c, now := t.Change, s.now()
	if !now.Before(c.Deadline) {
		return s.finish(tx, t, Unfulfilled, "Successfully set "+t.words()+" to "+count(c.To)+". Change was not fulfilled by "+t.Namespace+" within "+maxWait.String()+".") // (inferred)
	}
	c.Next = now.Add(pollEvery)
	return s.Plans.Set(tx, retryPlan(t.Name, "change"), c.Next)
}

// fail ends the change badly. What an alarm asked for it asks for again while it
// lasts; bounds are asked for again from here.
func (s *Service) fail(tx *catalog.Tx, t *Target, message string) error {
	bounds := t.Change.Bounds
	if err := s.finish(tx, t, Status(Failed), short(message)); err != nil || !bounds {
		return err
	}
	return s.againLater(tx, t)
}

// againLater asks for the bounds again after a failure.
func (s *Service) againLater(tx *catalog.Tx, t *Target) error {
	t.Failures++
	return s.askBounds(tx, t.Name, s.now().Add(delay(t.Failures)))
}

// maxMessage keeps what drivers say within reason (ours).
const maxMessage = 1000

func short(message string) string { return message[:min(len(message), maxMessage)] }
