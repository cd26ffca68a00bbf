package function

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets"
)

// The kinds of the deliveries that this room causes.
const (
	InvocationKind  = "function-invocation"
	DestinationKind = "function-destination"
)

// failed is the code of an attempt in which the function ended with an error.
const failed = "FUNCTION_ERROR" // (ours)

// note goes along with an invocation in the outbox.
type note struct {
	Qualifier string `json:",omitempty"`
	Context   string `json:",omitempty"` // the caller's
	Trace     string `json:",omitempty"`
	// Hops is how often the result of an invocation has been the cause of the
	// next one.
	Hops int `json:",omitempty"`
}

// maxHops ends what would run in a circle (Lambda developer guide, "Recursive
// loop detection": about 16).
const maxHops = 16

// backoff is the time between attempts that a throttle or trouble of ours
// ended (Lambda developer guide: 1 second to 5 minutes).
func backoff() []time.Duration {
	var all []time.Duration
	for d := time.Second; d < 5*time.Minute; d *= 2 {
		all = append(all, d)
	}
	return append(all, 5*time.Minute)
}

// Enqueue commits an invocation that nobody waits for.
func (s *Service) Enqueue(ctx context.Context, c Call) error {
	if s.off() {
		return disabled()
	}
	if err := c.check(maxAsync); err != nil {
		return err
	}
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		return s.enqueue(tx, &c, targets.Delivery{Cause: c.ARN()}, 0)
	})
}

// Deliver commits an invocation for a delivery to a function, within the
// transaction that ends the delivery: from there on the rules of asynchronous
// invocation hold. It is the target of kind targets.Function.
func (s *Service) Deliver(tx *catalog.Tx, d targets.Delivery) error {
	n, qualifier, ok := parseARN(d.Target)
	switch {
	case !ok:
		return lost(targets.NoResource, "nothing here carries to %s", d.Target)
	case n.Tenant != d.Tenant:
		return lost(targets.NoPermissions, "%s belongs to another account or region", d.Target)
	case s.off():
		return lost(targets.NoPermissions, "%v", disabled())
	}
	hops := 0
	if d.Kind == DestinationKind {
		var from note
		if err := json.Unmarshal([]byte(d.Context), &from); err != nil {
			return fmt.Errorf("read the delivery's note: %w", err)
		}
		hops = from.Hops
	}
	if hops > maxHops {
		return lost(targets.ClientError, "results of functions were the cause of invocations more than %d times: they run in a circle", maxHops)
	}
	c := Call{Name: n, Qualifier: qualifier, Payload: []byte(d.Message), RequestID: uuid.NewString()}
	if err := c.check(maxAsync); err != nil {
		return err
	}
	return s.enqueue(tx, &c, d, hops)
}

// enqueue commits an invocation that has a cause.
func (s *Service) enqueue(tx *catalog.Tx, c *Call, cause targets.Delivery, hops int) error {
	if err := s.mustBe(tx, c.Name, c.Qualifier); err != nil {
		return err
	}
	config, _, err := asyncConfig.Get(tx, c.asyncKey(c.Qualifier)...)
	if err != nil {
		return err
	}
	b, err := json.Marshal(note{Qualifier: c.Qualifier, Context: c.Context, Trace: c.Trace, Hops: hops})
	if err != nil {
		return err
	}
	return s.Outbox.Enqueue(tx, targets.Delivery{
		ID: c.RequestID, Tenant: c.Tenant, Cause: cause.Cause, Target: c.invocation(), Kind: InvocationKind,
		Message: string(c.Payload), Context: string(b), OfFailure: cause.OfFailure, Created: s.now(),
		// How often is decided by Send, which tells errors of the function from trouble.
		Retry: &targets.Retry{Max: 1 << 30, MaxAge: config.age(), Delays: backoff()},
	})
}

// fullPause is how long invocations wait until another look at a function that
// has as many running as it may.
const fullPause = 100 * time.Millisecond

// Pace keeps an invocation in the outbox while its function may not run.
func (s *Service) Pace(target string, now time.Time) time.Time {
	if n, ok := parseInvocation(target); ok && s.running.full(n) {
		return now.Add(fullPause)
	}
	return time.Time{}
}

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

// Send makes an invocation that was enqueued. It is the target of kind
// targets.Invocation.
func (s *Service) Send(ctx context.Context, d targets.Delivery) error {
	n, ok := parseInvocation(d.Target)
	if !ok {
		return lost(targets.NoResource, "nothing here carries to %s", d.Target)
	}
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
	c := Call{Name: n, Qualifier: as.Qualifier, Payload: []byte(d.Message), Context: as.Context, Trace: as.Trace, RequestID: d.ID}
	begun, err := s.begin(&f, &v, &c)
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
