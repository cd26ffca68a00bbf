package function

import "sync"

// Reasons of a throttle, as AWS names them.
const (
	reasonAll      = "ConcurrentInvocationLimitExceeded"
	reasonReserved = "ReservedFunctionConcurrentInvocationLimitExceeded"
)

// running counts the invocations that run.
type running struct {
	limit int // over all functions; 0: what runs them bounds them

	mu     sync.Mutex
	total  int
	of     map[Name]int
	most   map[Name]int // reserved, as last seen, of functions that run
	closed bool
	ended  sync.WaitGroup
}

// take counts one more; it names the reason where there may be none.
func (r *running) take(n Name, reserved *int) (release func(), reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case reserved != nil && r.of[n] >= *reserved:
		return nil, reasonReserved
	case r.closed || r.limit > 0 && r.total >= r.limit:
		return nil, reasonAll
	}
	r.total++
	r.of[n]++
	delete(r.most, n)
	if reserved != nil {
		if r.most == nil {
			r.most = map[Name]int{}
		}
		r.most[n] = *reserved
	}
	r.ended.Add(1)
	return func() { r.release(n) }, ""
}

func (r *running) release(n Name) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total--
	if r.of[n]--; r.of[n] == 0 {
		delete(r.of, n)
		delete(r.most, n)
	}
	r.ended.Done()
}

// full reports whether another invocation would be one too many, as far as is
// known without a look at the function.
func (r *running) full(n Name) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	most, reserved := r.most[n]
	return r.limit > 0 && r.total >= r.limit || reserved && r.of[n] >= most
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
