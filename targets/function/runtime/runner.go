package runtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Errors of Run. Others are failures of the machine.
var (
	// ErrBusy: as many environments as allowed are at work. Try again later.
	ErrBusy = errors.New("all environments are busy")
	// ErrClosed: the runner is closed.
	ErrClosed = errors.New("the runner is closed")
	// ErrRuntime: no interpreter for the runtime; the error's text names what
	// is available. Wrapped.
	ErrRuntime = errors.New("the runtime is not available")
	// ErrPayload: the call's payload is over MaxPayload.
	ErrPayload = errors.New("the payload is too large")
)

// Defaults of Options.
const (
	environmentsPerCPU = 4
	keepWarm           = 5 * time.Minute
	reapEvery          = 5 * time.Second
)

// Options of a Runner. The zero value is usable but for Dir.
type Options struct {
	// Dir is a directory of the runner's own, for its bootstraps and the
	// environments' temporary directories. What an earlier process left there
	// is removed.
	Dir string
	// MaxEnvironments at one time; 0 is four for each CPU.
	MaxEnvironments int
	// KeepWarm is how long an environment waits for its next call; 0 is 5 min.
	KeepWarm time.Duration
	// Readable are further files and directories that functions may read,
	// where the system restricts that.
	Readable []string
	// ControlGroups: each environment gets a control group (version 2) of its own,
	// below that of the process, which must be delegated to it; New fails where it
	// is not.
	ControlGroups bool
	Sink          Sink             // nil: lines are only in Result.Log
	Now           func() time.Time // nil: time.Now
	Log           *slog.Logger     // nil: discarded

	initTimeout  time.Duration // tests have less patience
	interpreters *interpreters // and look for them once
}

// Runner runs functions. It is safe for concurrent use.
type Runner struct {
	options      Options
	measures     measures
	groups       *subtree
	languages    []language
	interpreters *interpreters
	pool         *pool
	crashes      crashes
	provisions   provisions
	counts       counts

	mu           sync.Mutex // guards closed against new calls
	closed       bool
	closing      chan struct{}
	calls        sync.WaitGroup
	environments sync.WaitGroup // what watches and ends them
}

type counts struct {
	calls, cold, refused, killed, dropped atomic.Uint64
}

// New makes a Runner, which Close ends.
func New(o Options) (*Runner, error) {
	o.MaxEnvironments = cmp.Or(o.MaxEnvironments, environmentsPerCPU*goruntime.NumCPU())
	o.KeepWarm = cmp.Or(o.KeepWarm, keepWarm)
	o.initTimeout = cmp.Or(o.initTimeout, initTimeout)
	if o.interpreters == nil {
		o.interpreters = &interpreters{known: map[string]*interpreter{}}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	var err error
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, err
	}
	r := &Runner{
		options: o, measures: measure(), languages: languages(), interpreters: o.interpreters,
		pool: newPool(o.MaxEnvironments), crashes: crashes{loops: map[key]*crashLoop{}}, closing: make(chan struct{}),
		provisions: newProvisions(),
	}
	if err := r.prepare(); err != nil {
		return nil, fmt.Errorf("prepare %s for functions: %w", o.Dir, err)
	}
	if o.ControlGroups {
		if r.groups, err = openSubtree(); err != nil {
			return nil, fmt.Errorf("control groups for functions: %w", err)
		}
		r.measures.groups = true
	}
	r.environments.Go(r.reap)
	r.environments.Go(r.provide)
	return r, nil
}

func (r *Runner) prepare() error {
	if err := closeOnExec(); err != nil {
		return err
	}
	if err := r.writeBootstraps(); err != nil {
		return err
	}
	if err := os.RemoveAll(r.environmentsDir()); err != nil {
		return err
	}
	return os.Mkdir(r.environmentsDir(), 0o700)
}

// Isolation says what separates functions from the machine here, one measure
// an entry, for people to read.
func (r *Runner) Isolation() []string {
	list := r.measures.describe()
	if dir := r.measures.open(r.options.Dir); dir != "" {
		list = append(list, "the data directory is beneath "+dir+", and so functions REACH all that is in it")
	}
	return list
}

// Run makes one call and waits for its end. A free warm environment of the
// same ARN and Version takes it, else a new one. When ctx ends first the
// environment is killed and ctx's error returned.
func (r *Runner) Run(ctx context.Context, s Spec, c Call) (Result, error) {
	if len(c.Payload) > MaxPayload {
		return Result{}, ErrPayload
	}
	if !r.enter() {
		return Result{}, ErrClosed
	}
	defer r.calls.Done()
	how, err := r.command(s)
	if err != nil {
		return Result{}, err
	}
	for {
		e, err := r.acquire(s)
		switch {
		case err != nil:
			return Result{}, err
		case e == nil:
			return r.runCold(ctx, s, how, c)
		}
		if result, err := r.call(ctx, e, c, timesOf(s)); !errors.Is(err, errEnded) {
			return result, err
		}
	}
}

func (r *Runner) enter() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed {
		r.calls.Add(1)
	}
	return !r.closed
}

// acquire finds a free environment for a call; nil is a slot for a new one.
func (r *Runner) acquire(s Spec) (*environment, error) {
	for {
		g := r.pool.acquire(s)
		r.end(g.outdated...)
		switch {
		case g.free != nil || g.slot:
			return g.free, nil
		case g.victim == nil:
			r.counts.refused.Add(1)
			return nil, ErrBusy
		}
		g.victim.destroy()
	}
}

// reserve takes a slot, if need be that of a free environment.
func (r *Runner) reserve() error {
	for {
		victim, ok := r.pool.reserve()
		switch {
		case ok:
			return nil
		case victim == nil:
			r.counts.refused.Add(1)
			return ErrBusy
		}
		victim.destroy()
	}
}

// free puts an environment back after its call, or ends it.
func (r *Runner) free(e *environment) {
	if !r.pool.put(e, r.options.Now()) {
		r.end(e)
	}
}

// end ends environments in order, without waiting.
func (r *Runner) end(list ...*environment) {
	for _, e := range list {
		r.environments.Go(e.stop)
	}
}

// reap ends environments that nobody used for long.
func (r *Runner) reap() {
	ticker := time.NewTicker(reapEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			r.expire()
		case <-r.closing:
			return
		}
	}
}

func (r *Runner) expire() {
	r.end(r.pool.expired(r.options.Now().Add(-r.options.KeepWarm))...)
}

// Warm reports the free environments of a version.
func (r *Runner) Warm(arn, version string) int { return r.pool.freeOf(key{arn, version}) }

// Drop ends the free environments of a version, lets those at work end after
// their call, and forgets that it could not start: its code or configuration
// changed, or it was deleted. An empty version means all versions.
func (r *Runner) Drop(arn, version string) {
	match := func(k key) bool { return k.arn == arn && (version == "" || k.version == version) }
	r.crashes.forget(match)
	r.end(r.pool.condemn(match)...)
}

// Stats are counts of a Runner.
type Stats struct {
	Busy, Warm, Max int    // environments now
	Calls, Cold     uint64 // since New
	Refused         uint64 // ErrBusy
	Killed          uint64 // environments killed for time or memory
	DroppedBytes    uint64 // of output over the bound of a call, of environments that have ended
}

// Stats tells the counts.
func (r *Runner) Stats() Stats {
	free, slots := r.pool.count()
	return Stats{
		Busy: slots - free, Warm: free, Max: r.options.MaxEnvironments,
		Calls: r.counts.calls.Load(), Cold: r.counts.cold.Load(), Refused: r.counts.refused.Load(),
		Killed: r.counts.killed.Load(), DroppedBytes: r.counts.dropped.Load(),
	}
}

// Close ends all environments, also those at work, and waits for them.
func (r *Runner) Close() error {
	r.mu.Lock()
	first := !r.closed
	r.closed = true
	r.mu.Unlock()
	if first {
		close(r.closing)
	}
	r.calls.Wait()
	r.end(r.pool.condemn(func(key) bool { return true })...)
	r.environments.Wait()
	if !first {
		return nil
	}
	return r.groups.leave(os.Getpid())
}
