package alarms

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"skywatch/internal/settle"
	"skywatch/metric"
	"skywatch/query"
	"skywatch/targets"
)

// Watcher tells the store which metrics an observer wants to hear of. *tsdb.DB
// is one. Watching twice is as watching once.
type Watcher interface {
	Watch(metric.ID)
	Unwatch(metric.ID)
}

// EvaluatorOptions tune an Evaluator. The zero value of each means its default.
type EvaluatorOptions struct {
	// Settle is how long after its instant an evaluation begins, because
	// senders send after a period has closed: 5 s. SettleShort is the same for
	// periods under a minute: 2 s.
	Settle, SettleShort time.Duration
	// Spread is the stretch over which evaluations of one instant begin:
	// 500 ms. A negative one means none.
	Spread time.Duration
	// Queue is how many observations may wait; beyond it they are dropped and
	// their metrics read again: 4096.
	Queue int
	// Answers answers what windows do not show.
	Answers Answers
	// Clock tells when an evaluation is due: the machine's.
	Clock  targets.Clock
	Logger *slog.Logger

	blind bool // in tests: nothing is looked at before it is due
}

func (o EvaluatorOptions) withDefaults() EvaluatorOptions {
	set := func(d *time.Duration, def time.Duration) {
		if *d == 0 {
			*d = def
		}
	}
	set(&o.Settle, 5*time.Second)
	set(&o.SettleShort, 2*time.Second)
	set(&o.Spread, 500*time.Millisecond)
	o.Spread = max(o.Spread, 0)
	if o.Queue == 0 {
		o.Queue = 4096
	}
	if o.Clock == nil {
		o.Clock = targets.SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// Evaluator evaluates the alarms of a Service on live data. It is an
// ingest.Observer: make it, hand it to the store, then Start it. One Evaluator
// serves one Service.
type Evaluator struct {
	service      *Service
	opts         EvaluatorOptions
	observations chan metric.Observation
	mail         mailbox
	settle       settle.Line
	counts       counters

	forgets atomic.Pointer[settle.Loop] // deletes old history

	mu      sync.Mutex
	cancel  context.CancelFunc // set while it runs
	running sync.WaitGroup
}

// NewEvaluator returns an evaluator that does nothing before Start.
func NewEvaluator(s *Service, o EvaluatorOptions) *Evaluator {
	o = o.withDefaults()
	return &Evaluator{
		service: s, opts: o,
		observations: make(chan metric.Observation, o.Queue), mail: newMailbox(), settle: make(settle.Line),
	}
}

// Start reads all alarms, watches their metrics and evaluates, beside the caller
// and until Stop.
func (e *Evaluator) Start(source query.Source, watcher Watcher) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.cancel != nil {
		return errors.New("alarm evaluator runs already")
	}
	ctx, cancel := context.WithCancel(context.Background())
	e.mail.take() // what an earlier run left
	l := newLoop(ctx, e, source, watcher)
	// Changes are heard from before the first look at the alarms, so that none
	// falls between.
	e.service.listener.Store(e)
	e.cancel = cancel
	e.running.Go(l.run)
	forgets := settle.NewLoop()
	e.forgets.Store(forgets)
	e.running.Go(func() { forgets.Run(ctx, e.opts.Clock, e.forget) })
	return nil
}

// Stop ends the evaluation and waits for what is under way. Transitions that
// are not committed yet are found again after the next Start.
func (e *Evaluator) Stop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.cancel == nil {
		return
	}
	e.service.listener.Store(nil)
	e.cancel()
	e.running.Wait()
	e.cancel = nil
}

// Settle returns once nothing is due at the clock's now, being read or asked,
// waiting to be evaluated or being committed, and when something is due again,
// zero if nothing waits. Data that were acknowledged before the call count. It is
// for a clock that is moved by hand: move it to next, and settle again. It needs
// Start.
func (e *Evaluator) Settle(ctx context.Context) (next time.Time, err error) {
	return settle.All(ctx, e.settle.Wait, e.forgets.Load().Settle)
}

// Observe implements ingest.Observer. It never blocks: an observation that
// finds the queue full is dropped, and its metric is read from the store.
func (e *Evaluator) Observe(o metric.Observation) {
	if d := o.Datapoint.Distribution; d != nil {
		o.Datapoint.Distribution = d.Clone()
	}
	select {
	case e.observations <- o:
	default:
		e.counts.dropped.Add(1)
		e.mail.post(func(l *letters) { l.dropped[string(o.ID.AppendKey(nil))] = struct{}{} })
	}
}

// changed hears from the Service that an alarm was made, replaced, set or
// deleted.
func (e *Evaluator) changed(k Key) {
	e.mail.post(func(l *letters) { l.changed[k] = struct{}{} })
}

// forgetEvery is how often old history is deleted.
const forgetEvery = time.Hour

// forget deletes it, and returns when to do so again.
func (e *Evaluator) forget(ctx context.Context) time.Time {
	now := e.opts.Clock.Now()
	if err := e.service.Forget(ctx, now); err != nil && ctx.Err() == nil {
		e.opts.Logger.Error("delete old alarm history", "err", err)
	}
	return now.Add(forgetEvery)
}
