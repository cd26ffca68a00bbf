package runtime

import (
	"context"
	"errors"
	"sync"
	"time"
)

// phase is what a runtime may do next.
type phase int

const (
	starting phase = iota // not yet asked for work
	waiting               // asks for work: free
	invited               // has work that it did not fetch yet
	running               // has work
	answered              // gave the answer, did not ask for work again
)

func (p phase) String() string {
	return [...]string{"Starting", "Ready", "Ready", "Running", "ResponseSent"}[p]
}

// answer is how a runtime ended a call or its start.
type answer struct {
	payload []byte
	failed  bool
	kind    string // Lambda-Runtime-Function-Error-Type
}

// invocation is a call that an environment works on.
type invocation struct {
	Call
	deadline time.Time
	answer   *answer       // guarded by exchange.mu until over
	over     chan struct{} // closed once it is answered and the runtime asks for work again
}

var (
	errState = errors.New("wrong state")
	errID    = errors.New("unknown request id")
	errEnded = errors.New("the environment ended")
)

// exchange is where the Runtime API's calls and ours meet: the state of one
// environment, without its process or any network.
type exchange struct {
	mu        sync.Mutex
	phase     phase
	current   *invocation
	initError *answer
	started   bool          // it asked for work once
	ready     chan struct{} // closed when it first asks for work
	failed    chan struct{} // closed on initError
	work      chan *invocation
	ended     chan struct{} // closed with the environment
}

func newExchange() *exchange {
	return &exchange{
		ready: make(chan struct{}), failed: make(chan struct{}),
		work: make(chan *invocation, 1), ended: make(chan struct{}),
	}
}

// offer gives work to a runtime that is free.
func (x *exchange) offer(inv *invocation) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.phase != waiting {
		return errState
	}
	x.phase, x.current = invited, inv
	x.work <- inv // has room: one at a time
	return nil
}

// next is the runtime's question for work. ctx is that of its connection:
// when it breaks, the runtime may ask again.
func (x *exchange) next(ctx context.Context) (*invocation, error) {
	if err := x.ask(); err != nil {
		return nil, err
	}
	select {
	case inv := <-x.work:
		return x.fetch(ctx, inv)
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-x.ended:
		return nil, errEnded
	}
}

// fetch gives work away, unless the connection for it broke meanwhile: then it
// waits for the next question.
func (x *exchange) fetch(ctx context.Context, inv *invocation) (*invocation, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := ctx.Err(); err != nil {
		x.work <- inv
		return nil, err
	}
	x.phase = running
	return inv, nil
}

func (x *exchange) ask() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch x.phase {
	case running:
		return errState
	case answered:
		close(x.current.over)
		x.current = nil
	}
	if x.phase != invited {
		x.phase = waiting
	}
	if !x.started {
		x.started = true
		close(x.ready)
	}
	return nil
}

// reply is the runtime's answer to a call.
func (x *exchange) reply(requestID string, a answer) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.phase != running {
		return errState
	}
	if x.current.RequestID != requestID {
		return errID
	}
	x.current.answer = &a
	x.phase = answered
	return nil
}

// failInit is the runtime's word that it could not start.
func (x *exchange) failInit(a answer) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.phase != starting || x.initError != nil {
		return errState
	}
	x.initError = &a
	close(x.failed)
	return nil
}

// given tells the answer of a call so far.
func (x *exchange) given(inv *invocation) *answer {
	x.mu.Lock()
	defer x.mu.Unlock()
	return inv.answer
}

// fetched reports whether the runtime took the work that was offered.
func (x *exchange) fetched() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.phase != invited
}

// asked reports whether the runtime has asked for work once.
func (x *exchange) asked() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.started
}

// notStarted tells the runtime's word that it could not start, if it gave one.
func (x *exchange) notStarted() *answer {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.initError
}
