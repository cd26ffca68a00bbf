package function

import (
	"context"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets/function/runtime"
)

// Source is what mappings of one kind take records from: queues, streams. It
// decides how records are taken and in what order, and what becomes of those
// that the function failed for; a Worker has the function work on them.
type Source interface {
	// Check holds a mapping against the rules of the source, and fills in what
	// it does not say.
	Check(r catalog.Reader, m *Mapping) error
	// Pollers is how many goroutines Poll has.
	Pollers(m *Mapping) int
	// Poll works a mapping until ctx ends, each poller at one of the worker's
	// stands. It returns when all that it started has ended.
	Poll(ctx context.Context, m Mapping, w *Worker)
	// Deleted removes what the source keeps of a mapping.
	Deleted(tx *catalog.Tx, m *Mapping) error
}

// Worker is the function of a mapping, as its source sees it.
type Worker struct {
	s      *Service
	m      Mapping
	filter filter
	stands []*stand // of the pollers
}

// pollPause is the time after a batch that could not be worked on.
const pollPause = time.Second

// Ready says how long the function may take. It is a fault of kind Throttled
// where the function has as many running as it may: then taking records would
// be in vain.
func (w *Worker) Ready() (timeout time.Duration, err error) {
	f, v, err := w.s.find(w.m.Of(), w.m.Qualifier)
	if err != nil {
		return 0, err
	}
	if !w.s.running.may(w.m.Of(), f.Reserved) {
		return 0, throttled(reasonAll)
	}
	return time.Duration(v.Timeout) * time.Second, nil
}

// Wants reports whether the mapping's filters let a record through, which is in
// the form that they are written for: data that is JSON stands in it as such.
func (w *Worker) Wants(record []byte) bool { return w.filter.matches(record) }

// Circular reports whether a record, whose trace header is given, would have the
// function go on with a circle.
func (w *Worker) Circular(trace string) bool {
	f, err := w.s.Function(w.m.Of())
	return err == nil && f.looped(trace)
}

// circular tells of a record that Circular spoke of.
func (w *Worker) circular() {
	of := w.m.Of()
	w.s.Logger.Warn("a function runs in a circle and is not invoked", "function", of.ARN(), "mapping", w.m.ARN())
	w.s.Observe(Invoked{Name: of, At: w.s.now(), Circular: true})
}

// Invoke has the function work on an event and returns its answer. A function
// that failed is an Answer with an Error; a fault of kind Throttled says that
// it did not run.
func (w *Worker) Invoke(ctx context.Context, c Call) (Answer, error) {
	c.Name, c.Qualifier = w.m.Of(), w.m.Qualifier
	if err := c.check(runtime.MaxPayload); err != nil {
		return Answer{}, err
	}
	f, v, err := w.s.find(c.Name, c.Qualifier)
	if err != nil {
		return Answer{}, err
	}
	begun, err := w.s.begin(&f, &v, &c)
	if err != nil {
		return Answer{}, err
	}
	r, err := begun(ctx)
	return Answer{r, v.Version}, err
}

// Rest is for what could not be worked on: it waits a little before the next
// attempt.
func (w *Worker) Rest(ctx context.Context, at *stand, err error) {
	if ctx.Err() != nil {
		return
	}
	if !fault.Is(err, fault.Throttled) {
		w.s.Logger.Debug("batch of an event source mapping", "mapping", w.m.ARN(), "err", err)
	}
	until := w.s.now().Add(pollPause)
	c, stop := w.s.Clock.Wake(until)
	defer stop()
	defer at.rest(until, nil)()
	select {
	case <-ctx.Done():
	case <-c:
	}
}
