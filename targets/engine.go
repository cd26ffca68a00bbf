package targets

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"skywatch/catalog"
	"skywatch/internal/settle"
)

// Concurrency of sending (reliability.md 4).
const (
	// perTarget is how many deliveries to one target are under way at once.
	perTarget = 8
	// defaultWorkers is how many quick deliveries are under way at once,
	// defaultSlow how many beside them take long.
	defaultWorkers = 128
	defaultSlow    = 1024
	// defaultGrace is how long Run waits for sends under way when it is told
	// to stop, before it breaks them off.
	defaultGrace = 5 * time.Second
)

// Options are what an Engine works with.
type Options struct {
	Catalog *catalog.DB
	Outbox  *Outbox
	Logger  *slog.Logger
	Clock   Clock // nil: the machine's
	// Targets carry, by the kind of the target's ARN. A delivery to a kind
	// that is not here ends with NoResource.
	Targets map[Kind]Target
	// Elsewhere is asked first what carries to a target, by its ARN: what it knows
	// is not taken to Targets. It is asked on the path of all deliveries and must
	// be quick, and its answer for an ARN must not change; nil: nothing is
	// elsewhere.
	Elsewhere func(target string) (Target, bool)
	// Advice says what would have to be done for something to carry to a target
	// to which nothing does; nil, or an empty text: nobody knows.
	Advice func(target string) string
	// Outcomes hear how deliveries ended, by Delivery.Kind, in the transaction
	// that removes the delivery; an error undoes it, and the delivery is
	// carried again.
	Outcomes map[string]func(*catalog.Tx, Outcome) error
	// GivenUp hears of every delivery that is given up, of whatever kind, in the
	// transaction that removes it; nil: nobody does.
	GivenUp func(*catalog.Tx, Outcome) error
	// Attempted hears of every attempt once it is recorded (the last of
	// Delivery.Tried), with its failure if it failed; not of deliveries that end
	// without one. It must be quick; nil: nobody does.
	Attempted func(*Delivery, *Failure)
	// Workers is how many quick attempts are under way at once, and Slow how
	// many beside them may be that take long; each holds its message and, to the
	// outside, a connection. 0: 128 and 1,024.
	Workers, Slow int
	Grace         time.Duration // 0: 5 s
	// Random gives the jitter, in [0, 1); nil means math/rand.
	Random func() float64
	// KeepLog and LogPerTarget bound the log of deliveries that ended, in age
	// and in number for one target; 0: 7 days, 1,000.
	KeepLog      time.Duration
	LogPerTarget int
}

// Engine carries what is in the outbox. There is one per catalog.
type Engine struct {
	Options
	attempts, delivered, failed atomic.Int64
	buried, unburied            atomic.Int64
	breakers                    breakers
	log                         log
	settle                      settle.Line
}

// New returns an engine; Run makes it work. From now on the outbox knows its
// Direct targets.
func New(o Options) *Engine {
	if o.Clock == nil {
		o.Clock = SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Workers == 0 {
		o.Workers = defaultWorkers
	}
	if o.Slow == 0 {
		o.Slow = defaultSlow
	}
	if o.Grace == 0 {
		o.Grace = defaultGrace
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	if o.KeepLog == 0 {
		o.KeepLog = defaultKeepLog
	}
	if o.LogPerTarget == 0 {
		o.LogPerTarget = defaultLogPerTarget
	}
	e := &Engine{
		Options: o, settle: make(settle.Line),
		breakers: breakers{all: map[string]breaker{}}, log: log{added: map[logTarget]int{}},
	}
	o.Outbox.engine.Store(e)
	return e
}

// Stats counts since the engine was made.
type Stats struct {
	Attempts  int64 // begun
	Delivered int64 // ended well
	Failed    int64 // given up
	// Of those given up: Buried went to a dead-letter queue, Unburied should
	// have but were refused by it, and dropped like those that have none.
	Buried, Unburied int64
	// Broken is how many targets have an open circuit breaker now.
	Broken int64
}

// Stats returns the counts so far.
func (e *Engine) Stats() Stats {
	return Stats{
		Attempts: e.attempts.Load(), Delivered: e.delivered.Load(), Failed: e.failed.Load(),
		Buried: e.buried.Load(), Unburied: e.unburied.Load(),
		Broken: e.breakers.open(),
	}
}

// Run carries deliveries until ctx ends, then waits for those under way: for
// Grace, after which it breaks them off. What it leaves waits in the outbox.
func (e *Engine) Run(ctx context.Context) error {
	sending, breakOff := context.WithCancel(context.WithoutCancel(ctx))
	defer breakOff()
	var due map[string]time.Time
	err := e.Catalog.View(func(r catalog.Reader) (err error) {
		if due, err = heads(r); err != nil {
			return err
		}
		return e.breakers.load(r, e.now())
	})
	if err != nil {
		return err
	}
	var cleaner sync.WaitGroup
	defer cleaner.Wait()
	cleaner.Go(func() { e.clean(ctx) })
	d := newDispatcher(e)
	d.expect(due)
	for ctx.Err() == nil {
		d.expect(e.Outbox.heard())
		d.start(sending)
		d.rest()
		d.wait(ctx)
	}
	timer := time.AfterFunc(e.Grace, breakOff)
	defer timer.Stop()
	d.drain()
	return nil
}

// Settle returns once everything that is due now has been attempted, and when
// something is due again, zero if nothing waits. It is for a clock that is moved
// by hand: move it to next, and settle again. It needs Run.
func (e *Engine) Settle(ctx context.Context) (next time.Time, err error) { return e.settle.Wait(ctx) }

func (e *Engine) now() time.Time { return e.Clock.Now().UTC().Truncate(time.Millisecond) }
