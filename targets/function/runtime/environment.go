package runtime

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Times of an environment's life.
const (
	initTimeout = 10 * time.Second       // Lambda's, for functions on demand
	grace       = 500 * time.Millisecond // between SIGTERM and SIGKILL
	lookEvery   = 100 * time.Millisecond // at memory and unpassed lines, during a call
)

// environment is one process group with its Runtime API.
type environment struct {
	spec Spec
	key  key
	tmp  string // its HOME and TMPDIR, removed with it
	x    *exchange
	api  *api
	out  *output
	proc *process
	// group is nil where there are no control groups.
	group *group
	gone  chan struct{} // closed when nothing of it is left

	peak     int64     // bytes of memory; of the goroutine whose call it has
	lastUsed time.Time // guarded by pool.mu, as are stale and kept
	stale    bool
	kept     bool // provisioned: it neither expires nor gives way
}

// start makes an environment; its runtime is then starting.
func (r *Runner) start(s Spec, c command) (_ *environment, err error) {
	e := &environment{spec: s, key: keyOf(s), x: newExchange(), gone: make(chan struct{})}
	var undo []func()
	defer func() {
		for i := len(undo) - 1; err != nil && i >= 0; i-- {
			undo[i]()
		}
	}()
	if e.tmp, err = os.MkdirTemp(r.environmentsDir(), "env-"); err != nil {
		return nil, err
	}
	undo = append(undo, func() { _ = os.RemoveAll(e.tmp) })
	if e.api, err = serve(e.x, s.ARN, r.options.Log); err != nil {
		return nil, err
	}
	undo = append(undo, func() { close(e.x.ended); e.api.close() })
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = write.Close() }()
	if e.out, err = newOutput(s, read, r.options.Sink, r.options.Now); err != nil {
		_ = read.Close()
		return nil, err
	}
	undo = append(undo, func() { e.out.close() })
	if e.group, err = r.groups.add(e.memory()); err != nil {
		return nil, err
	}
	undo = append(undo, func() { _ = e.group.end() })
	e.proc, err = start(launch{
		path: c.path, args: c.args, dir: s.Code, output: write,
		env:    variables(s, e.api.address(), r.bootstrapDir(), e.tmp),
		limits: limits{memory: e.memory()},
		access: access{readable: r.readable(s, c), writable: []string{e.tmp}}, group: e.group,
	}, r.measures)
	if err != nil {
		return nil, err
	}
	e.kept = s.provisioned
	r.pool.add(e)
	r.environments.Go(func() { r.watch(e) })
	return e, nil
}

func (r *Runner) readable(s Spec, c command) []string {
	return append(append([]string{s.Code, r.bootstrapDir()}, c.roots...), r.options.Readable...)
}

func (r *Runner) environmentsDir() string { return filepath.Join(r.options.Dir, "environments") }

// watch frees what an environment holds once its processes have ended.
func (r *Runner) watch(e *environment) {
	<-e.proc.exited
	if err := e.group.end(); err != nil {
		r.options.Log.Error("control group of a function", "err", err)
	}
	close(e.x.ended)
	e.api.close()
	r.counts.dropped.Add(e.out.close())
	_ = os.RemoveAll(e.tmp)
	r.pool.remove(e)
	close(e.gone)
	if e.spec.provisioned {
		r.provisions.look()
	}
}

// stop ends an environment in order.
func (e *environment) stop() {
	e.proc.terminate()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-e.proc.exited:
	case <-timer.C:
		e.proc.kill()
	}
	<-e.gone
}

// destroy ends an environment at once.
func (e *environment) destroy() {
	e.proc.kill()
	<-e.gone
}

func (e *environment) alive() bool {
	select {
	case <-e.proc.exited:
		return false
	default:
		return true
	}
}

func (e *environment) memory() int64 { return int64(e.spec.Memory) << 20 }

// look measures memory and reports whether it is over the function's.
func (e *environment) look() (over bool) {
	now, peak := resident(e.proc.pid)
	e.peak = max(e.peak, now, peak)
	return now > e.memory()
}

// ending is why a wait for a runtime ended.
type ending int

const (
	done      ending = iota
	refused          // the runtime reported that it could not start
	gone             // its process ended
	overtime         // the deadline passed
	overmem          // more memory than the function has
	abandoned        // the caller, or the server, goes
)

// await waits until a runtime is done with a start or a call; without its
// coming to that, the environment is killed and its processes have ended.
func (r *Runner) await(ctx context.Context, e *environment, finished <-chan struct{}, deadline time.Time) ending {
	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-finished:
			return done
		case <-e.x.failed:
			return refused
		case <-e.proc.exited:
			return gone
		case <-timer.C:
			return e.killed(overtime)
		case <-ctx.Done():
			return e.killed(abandoned)
		case <-r.closing:
			return e.killed(abandoned)
		case <-tick.C:
			e.out.pass()
			if e.look() {
				return e.killed(overmem)
			}
		}
	}
}

func (e *environment) killed(why ending) ending {
	e.proc.kill()
	<-e.proc.exited
	return why
}

// errProgram is wrapped by the error of a program that the system refused to
// run.
var errProgram = errors.New("run the program")

// cannotRun words a program that could not be started as Lambda does, or
// returns nil when it was not the function's fault.
func cannotRun(requestID string, c command, err error) *failure {
	switch {
	case !errors.Is(err, errProgram):
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return &failure{Type: "Runtime.InvalidEntrypoint", Message: fmt.Sprintf("RequestId: %s Error: Couldn't find valid bootstrap(s): [%s]", requestID, c.path)}
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.ENOEXEC):
		return &failure{Type: "Runtime.InvalidEntrypoint", Message: fmt.Sprintf("RequestId: %s Error: fork/exec %s: %v", requestID, c.path, unwrapErrno(err))}
	}
	return nil
}

func unwrapErrno(err error) error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return err
}
