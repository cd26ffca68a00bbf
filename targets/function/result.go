package function

import (
	"sync"
)

// Conditions of a record of an invocation.
const (
	succeeded = "Success"
	exhausted = "RetriesExhausted"
	overaged  = "EventAgeExceeded"
	forbidden = "ZeroReservedConcurrency"
)

// result is what came of an invocation that has ended, until its end is
// committed.
type result struct {
	condition string
	invokes   int
	ran       bool // the rest is known
	version   string
	failure   string // X-Amz-Function-Error
	payload   []byte
}

// results are those between Send and Ended, by request: as many as are under
// way. After a crash the invocation is made again.
type results struct {
	mu sync.Mutex
	of map[string]result
}

func (r *results) put(id string, is result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.of[id] = is
}

func (r *results) get(id string) (result, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	is, ok := r.of[id]
	return is, ok
}

func (r *results) forget(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.of, id)
}
