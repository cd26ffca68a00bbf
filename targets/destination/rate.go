package destination

import (
	"sync"
	"time"

	"skywatch/catalog"
)

// longestRates is how many destinations' rates are remembered. A forgotten one
// begins with a full bucket.
const longestRates = 10_000

// rates hold the token bucket of each destination that was called of late: as
// the time at which its bucket is full again. A bucket holds what comes in
// during a tenth of a second, and one at least (inferred), so that calls are
// spread over the second.
type rates struct {
	mu  sync.Mutex
	all map[string]time.Time
}

// Pace is the targets.Pace of API destinations: their InvocationRateLimitPerSecond.
func (s *Service) Pace(target string, now time.Time) time.Time {
	var rate int
	err := s.Catalog.View(func(r catalog.Reader) error {
		d, ok, err := destinationAt(r, target)
		if ok {
			rate = d.Rate
		}
		return err
	})
	if err != nil || rate == 0 { // the attempt tells why
		return time.Time{}
	}
	return s.rates.take(target, rate, now)
}

// take takes a token and returns the zero time, or says when there is one.
func (r *rates) take(target string, rate int, now time.Time) time.Time {
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
func (r *rates) bound(now time.Time) {
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

func (r *rates) forget(target string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.all, target)
}
