package runtime

import (
	"context"
	"fmt"
	"time"
)

// times are those of one call, and what a cold start adds to them.
type times struct {
	begin, deadline time.Time
	cold            bool
	init            time.Duration
}

func timesOf(s Spec) times {
	now := time.Now()
	return times{begin: now, deadline: now.Add(s.Timeout)}
}

// call gives a call to a free environment. errEnded: that had just ended.
func (r *Runner) call(ctx context.Context, e *environment, c Call, t times) (Result, error) {
	inv := &invocation{Call: c, deadline: t.deadline, over: make(chan struct{})}
	e.out.begin(startLine(c.RequestID, e.spec.Version))
	if err := e.x.offer(inv); err != nil {
		e.destroy()
		return Result{}, errEnded
	}
	why := r.await(ctx, e, inv.over, t.deadline)
	if why == gone && !t.cold && !e.x.fetched() {
		return Result{}, errEnded
	}
	e.look()
	result := Result{Cold: t.cold, Init: t.init, Duration: time.Since(t.begin)}
	if why == abandoned {
		return Result{}, r.abandon(ctx, e, c, result)
	}
	r.counts.calls.Add(1)
	status := ""
	if a := e.x.given(inv); a != nil { // it counts even if the runtime came to grief after it
		result.answer(a)
	} else {
		status = r.blame(e, why, c.RequestID, &result)
	}
	r.report(e, c.RequestID, &result, status)
	r.free(e)
	return result, nil
}

func (r *Result) answer(a *answer) {
	r.Payload = a.payload
	if a.failed {
		r.Error = Unhandled
	}
}

// blame words, in the result and in the log, a runtime that came to an end
// without an answer. status ends its report.
func (r *Runner) blame(e *environment, why ending, requestID string, result *Result) (status string) {
	e.out.drain()
	result.Error = Unhandled
	if why == overtime {
		r.counts.killed.Add(1)
		result.Duration = e.spec.Timeout // as Lambda reports it
		f := timedOut(r.options.Now(), requestID, e.spec.Timeout)
		result.Payload = f.payload()
		e.out.say(f.Message)
		return "timeout"
	}
	f := exited(requestID, e.proc.state)
	if why == overmem || e.group.outOfMemory() {
		r.counts.killed.Add(1)
		f.Type = "Runtime.OutOfMemory"
	}
	result.Payload = f.payload()
	e.out.say(f.Message, f.Type)
	return errorStatus(f.Type)
}

func errorStatus(kind string) string { return "error\tError Type: " + kind }

// report ends the call's log.
func (r *Runner) report(e *environment, requestID string, result *Result, status string) {
	const megabyte = 1 << 20
	result.Billed = billed(result.Duration + result.Init)
	result.MaxMemory = min(int((e.peak+megabyte-1)/megabyte), e.spec.Memory)
	result.Log = e.out.finish(endLines(requestID, e.spec.Memory, *result, status)...)
}

// abandon ends a call whose caller, or the server, goes.
func (r *Runner) abandon(ctx context.Context, e *environment, c Call, result Result) error {
	e.out.say(fmt.Sprintf("[skywatch] RequestId: %s: the caller did not wait for the end", c.RequestID))
	r.report(e, c.RequestID, &result, "error")
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return ErrClosed
}
