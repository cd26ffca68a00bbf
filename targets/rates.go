package targets

import (
	"sync"
	"time"
)

// longestRates is how many targets' rates are remembered. A forgotten one
// begins with a full bucket.
const longestRates = 10_000

// Rates hold the token bucket of each target that was called of late: as the
// time at which its bucket is full again. A bucket holds what comes in during a
// tenth of a second, and one at least (inferred), so that calls are spread over
// the second. It is what a Pace is made from; the zero value is ready.
type Rates struct {
	mu  sync.Mutex
	all map[string]time.Time
}

// Take takes a token and returns the zero time, or says when there is one.
func (r *Rates) Take(target string, rate int, now time.Time) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	each := time.Second / time.Duration(rate)
	spare := time.Duration(max(1, rate/10)-1) * each
	full := r.all[target]
	if full.Before(now) {
		full = now
	}
	if at := full.Add(-spare); at.After(now) {
		return wholeMillisecond(at)
	}
	if r.all == nil {
		r.all = map[string]time.Time{}
	}
	r.all[target] = full.Add(each)
	r.bound(now)
	return time.Time{}
}

// wholeMillisecond rounds up: the engine's clock has no smaller step.
func wholeMillisecond(t time.Time) time.Time {
	if whole := t.Truncate(time.Millisecond); whole.Before(t) {
		return whole.Add(time.Millisecond)
	}
	return t
}

// bound forgets full buckets, which are as good as none, and any where that is
// not enough.
func (r *Rates) bound(now time.Time) {
	if len(r.all) <= longestRates {
		return
	}
	for target, full := range r.all {
		if !full.After(now) {
			delete(r.all, target)
		}
	}
	for target := range r.all {
		if len(r.all) <= longestRates*9/10 { // not one at a time
			return
		}
		delete(r.all, target)
	}
}

// Forget drops what is known of a target.
func (r *Rates) Forget(target string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.all, target)
}
