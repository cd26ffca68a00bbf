package alarms

import (
	"sync"

	"skywatch/metric"
)

// mailbox carries to the evaluator's loop what is not an observation. Whoever
// posts never waits; what is in it is bounded by the alarms and their metrics.
type mailbox struct {
	mu      sync.Mutex
	letters *letters
	wake    chan struct{} // holds one: there is something
}

type letters struct {
	changed   map[Key]struct{}    // alarms
	dropped   map[string]struct{} // keys of metrics whose observations were dropped
	read      []reading
	committed []verdict
	commits   int // batches of them
}

// reading is what a read of a series gave.
type reading struct {
	of         *series
	datapoints []metric.Datapoint
	standard   []metric.Datapoint // the minutes, for a series by the second
	answer     seen               // of a question
}

// verdict is how a proposed transition ended: the alarm as it is now, nil if
// it is gone.
type verdict struct {
	of    *follow
	alarm *Alarm
}

func newLetters() *letters {
	return &letters{changed: map[Key]struct{}{}, dropped: map[string]struct{}{}}
}

func newMailbox() mailbox {
	return mailbox{letters: newLetters(), wake: make(chan struct{}, 1)}
}

func (m *mailbox) post(write func(*letters)) {
	m.mu.Lock()
	write(m.letters)
	m.mu.Unlock()
	select {
	case m.wake <- struct{}{}:
	default: // it will be looked into anyway
	}
}

func (m *mailbox) take() *letters {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.letters
	m.letters = newLetters()
	return l
}

// full reports whether there is something to take.
func (m *mailbox) full() bool { return len(m.wake) > 0 }
