package runtime

import (
	"context"
	"time"
)

// runCold starts an environment for a call, in a slot that the caller has. A
// start that takes too long is tried once more within the call's own time, as
// Lambda does.
func (r *Runner) runCold(ctx context.Context, s Spec, how command, c Call) (Result, error) {
	if last, ok := r.crashes.held(keyOf(s), r.options.Now()); ok {
		r.pool.unreserve()
		return r.held(s, c, last), nil
	}
	begin := time.Now()
	e, why, err := r.initialise(ctx, s, how, begin.Add(r.options.initTimeout))
	t := timesOf(s)
	t.cold, t.init = true, time.Since(begin)
	if err == nil && why == overtime {
		e.out.finish(initLine(t.init, "timeout"))
		<-e.gone
		t.init = 0 // the second start is part of the call
		if err = r.reserve(); err == nil {
			e, why, err = r.initialise(ctx, s, how, t.deadline)
		}
	}
	if err != nil {
		return r.notStarted(s, how, c, err)
	}
	if why != done {
		return r.initFailed(ctx, e, c, why, t)
	}
	r.crashes.forget(func(k key) bool { return k == e.key })
	return r.call(ctx, e, c, t)
}

// initialise starts an environment, in a slot that the caller has, and waits
// until its runtime asks for work.
func (r *Runner) initialise(ctx context.Context, s Spec, how command, deadline time.Time) (*environment, ending, error) {
	e, err := r.start(s, how)
	if err != nil {
		r.pool.unreserve()
		return nil, 0, err
	}
	r.counts.cold.Add(1)
	return e, r.await(ctx, e, e.x.ready, deadline), nil
}

// initFailed is the result of a call whose runtime did not come to ask for it.
func (r *Runner) initFailed(ctx context.Context, e *environment, c Call, why ending, t times) (Result, error) {
	e.proc.kill()
	<-e.proc.exited
	result := Result{Cold: true, Init: t.init}
	if why == abandoned {
		return Result{}, r.abandon(ctx, e, c, result)
	}
	r.counts.calls.Add(1)
	status := ""
	if a := e.x.notStarted(); a != nil {
		result.answer(a)
		status = errorStatus(a.kind)
	} else {
		status = r.blame(e, why, c.RequestID, &result)
	}
	e.out.drain()
	e.out.say(initLine(t.init, status), startLine(c.RequestID, e.spec.Version))
	r.report(e, c.RequestID, &result, status)
	r.crashed(e.key, result.Payload)
	return result, nil
}

// notStarted is the result of a program that cannot be run, where that is the
// function's fault.
func (r *Runner) notStarted(s Spec, how command, c Call, err error) (Result, error) {
	f := cannotRun(c.RequestID, how, err)
	if f == nil {
		return Result{}, err
	}
	r.counts.calls.Add(1)
	result := Result{Payload: f.payload(), Error: Unhandled, Cold: true}
	lines := []string{startLine(c.RequestID, s.Version), f.Message, f.Type}
	result.Log = r.print(s, append(lines, endLines(c.RequestID, s.Memory, result, errorStatus(f.Type))...))
	r.crashed(keyOf(s), result.Payload)
	return result, nil
}

// held is the result of a call that is not tried: its function could not start
// several times in a row.
func (r *Runner) held(s Spec, c Call, last []byte) Result {
	r.counts.calls.Add(1)
	result := Result{Payload: last, Error: Unhandled, Cold: true}
	const text = "[skywatch] not started again so soon: the function could not start several times in a row; the answer is its last error"
	result.Log = r.print(s, append([]string{startLine(c.RequestID, s.Version), text}, endLines(c.RequestID, s.Memory, result, "error")...))
	return result
}

// print hands lines to the sink without an environment.
func (r *Runner) print(s Spec, lines []string) (tail []byte) {
	list := make([]Line, len(lines))
	for i, text := range lines {
		list[i] = Line{Time: r.options.Now(), Text: text}
		tail = append(append(tail, text...), '\n')
	}
	if r.options.Sink != nil {
		r.options.Sink(s, list)
	}
	return tail[max(0, len(tail)-MaxTail):]
}

// crashed counts a failed start; an operator hears when it comes to a pause.
func (r *Runner) crashed(k key, answer []byte) {
	if pause := r.crashes.add(k, r.options.Now(), answer); pause > 0 {
		r.options.Log.Warn("function cannot start", "function", k.arn, "version", k.version, "pause", pause)
	}
}
