package function

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets"
)

// failed is the code of an attempt in which the function ended with an error.
const failed = "FUNCTION_ERROR" // (ours)

// fullPause is how long invocations wait until another look at a function that
// has as many running as it may.
const fullPause = 100 * time.Millisecond

// Pace keeps an invocation in the outbox while its function may not run: then no
// attempt is made in vain. An invocation that may begin has its place kept.
func (s *Service) Pace(target string, now time.Time) time.Time {
	n, ok := parseInvocation(target)
	if !ok {
		return time.Time{}
	}
	f, err := s.Function(n)
	if err != nil || f.Reserved != nil && *f.Reserved == 0 || s.running.keep(n, f.Reserved, now) {
		return time.Time{} // to be run, or to end
	}
	return now.Add(fullPause)
}

// AtOnce is how many attempts of one function's invocations may be under way in
// the outbox: one more than can run, so that a function of which as many run as
// may still asks Pace for a place, and is heard when others do. 0: the outbox's own.
func (s *Service) AtOnce() int {
	if s.Concurrency == 0 {
		return 0
	}
	return s.Concurrency + 1
}

// Send makes an invocation that was enqueued. It is the target of kind
// targets.Invocation.
func (s *Service) Send(ctx context.Context, d targets.Delivery) error {
	n, ok := parseInvocation(d.Target)
	if !ok {
		return lost(targets.NoResource, "nothing here carries to %s", d.Target)
	}
	c := Call{Name: n, Payload: []byte(d.Message), RequestID: d.ID, place: s.running.claim(n)}
	defer func() {
		if c.place != nil { // it did not begin
			c.place()
		}
	}()
	var as note
	if err := json.Unmarshal([]byte(d.Context), &as); err != nil {
		return fmt.Errorf("read the invocation's note: %w", err)
	}
	f, v, err := s.find(n, as.Qualifier)
	if err != nil {
		return err
	}
	before := functionErrors(&d)
	switch {
	case f.Reserved != nil && *f.Reserved == 0:
		s.results.put(d.ID, result{condition: forbidden, invokes: before})
		return lost(targets.Throttling, "the function's reserved concurrency is 0")
	case s.now().Sub(d.Created) > d.Retry.MaxAge:
		s.results.put(d.ID, result{condition: overaged, invokes: before})
		return lost(targets.Throttling, "the invocation waited longer than its maximum age of %s", d.Retry.MaxAge)
	}
	c.Qualifier, c.Context, c.Trace = as.Qualifier, as.Context, as.Trace
	begun, err := s.begin(&f, &v, &c)
	if isCircular(err) {
		s.results.put(d.ID, result{condition: exhausted, invokes: before}) // condition (inferred)
		return lost(targets.ClientError, "%v", err)
	}
	if err != nil {
		return waits(err)
	}
	r, err := begun(ctx)
	if err != nil {
		return waits(err)
	}
	is := result{condition: succeeded, invokes: before + 1, ran: true, version: v.Version, failure: r.Error, payload: r.Payload}
	if r.Error == "" {
		s.results.put(d.ID, is)
		return nil
	}
	return s.again(&d, is, c.asyncKey(as.Qualifier))
}

// again says when a function that failed is run once more, if it is.
func (s *Service) again(d *targets.Delivery, is result, config []string) error {
	var async AsyncConfig
	err := s.Catalog.View(func(r catalog.Reader) (err error) {
		async, _, err = asyncConfig.Get(r, config...)
		return err
	})
	if err != nil {
		return err
	}
	f := &targets.Failure{
		Code: failed, Answered: true, Err: fmt.Errorf("the function failed: %.512s", is.payload),
		After: time.Duration(is.invokes) * time.Minute, // one minute, then two (Lambda developer guide)
	}
	switch {
	case is.invokes > async.retries():
		is.condition, f.Permanent = exhausted, true
	case s.now().Add(f.After).Sub(d.Created) > d.Retry.MaxAge:
		is.condition, f.Permanent = overaged, true
	}
	if f.Permanent {
		s.results.put(d.ID, is)
	}
	return f
}

// functionErrors counts the attempts that ended in an error of the function. It
// sees the last ten attempts only: a function between whose errors there was
// that much trouble of ours may be run once more than it should.
func functionErrors(d *targets.Delivery) (n int) {
	for _, a := range d.Tried {
		if a.Code == failed {
			n++
		}
	}
	return n
}

// waits makes a throttle one that the outbox bears: it is no trouble of the
// function.
func waits(err error) error {
	if fault.Is(err, fault.Throttled) {
		return &targets.Failure{Code: targets.Throttling, Answered: true, Err: err}
	}
	return err
}

// lost is a failure for good.
func lost(code, format string, args ...any) error {
	return &targets.Failure{Code: code, Permanent: true, Err: fmt.Errorf(format, args...)}
}
