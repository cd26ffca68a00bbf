package function

import (
	"sync"
	"time"
)

// Reasons of a throttle, as AWS names them.
const (
	reasonAll      = "ConcurrentInvocationLimitExceeded"
	reasonReserved = "ReservedFunctionConcurrentInvocationLimitExceeded"
)

// running counts the invocations that run.
type running struct {
	limit int // over all functions; 0: what runs them bounds them

	mu     sync.Mutex
	total  int // with the places that are kept
	of     map[Name]int
	queue  turns
	closed bool
	ended  sync.WaitGroup
}

// take counts one more; it names the reason where there may be none.
func (r *running) take(n Name, reserved *int) (release func(), reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if reason := r.full(n, reserved); reason != "" {
		return nil, reason
	}
	r.count(n, 1)
	return r.releaser(n), ""
}

// full names the reason for which none of a function may begin.
func (r *running) full(n Name, reserved *int) string {
	switch {
	case reserved != nil && r.of[n] >= *reserved:
		return reasonReserved
	case r.closed || r.limit > 0 && r.total >= r.limit:
		return reasonAll
	}
	return ""
}

func (r *running) count(n Name, more int) {
	r.total += more
	if r.of[n] += more; r.of[n] == 0 {
		delete(r.of, n)
	}
}

// releaser returns what gives a place back that is counted.
func (r *running) releaser(n Name) func() {
	r.ended.Add(1)
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.count(n, -1)
		r.ended.Done()
	}
}

// may reports whether one more of a function may begin, as far as can be told
// before it does.
func (r *running) may(n Name, reserved *int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.full(n, reserved) == ""
}

// keep keeps a place for an invocation that is about to begin, if there is one
// and it is the function's turn.
func (r *running) keep(n Name, reserved *int, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queue.expire(now, r.count)
	switch r.full(n, reserved) {
	case reasonReserved:
		r.queue.leave(n) // it waits for itself only
		return false
	case reasonAll:
		r.queue.wait(n, now)
		return false
	}
	if r.queue.before(n, r.of) {
		r.queue.wait(n, now)
		return false
	}
	r.queue.leave(n)
	r.queue.keep(n, now)
	r.count(n, 1)
	return true
}

// claim makes a place that was kept one that is taken; nil: there is none.
func (r *running) claim(n Name) (release func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.queue.claim(n) {
		return nil
	}
	if r.closed {
		r.count(n, -1)
		return nil
	}
	return r.releaser(n)
}

// now is how many run, of a function and over all.
func (r *running) now(n Name) (of, total int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.of[n], r.total
}

// wait takes no more and returns once none runs.
func (r *running) wait() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.ended.Wait()
}
