package runtime

import (
	"context"
	"errors"
	"log/slog"
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
	Sink     Sink             // nil: lines are only in Result.Log
	Now      func() time.Time // nil: time.Now
	Log      *slog.Logger     // nil: discarded
}

// Runner runs functions. It is safe for concurrent use.
type Runner struct{}

// New looks for interpreters and makes a Runner, which Close ends.
func New(o Options) (*Runner, error) { return nil, errors.New("not yet") }

// Available names the runtimes that can run here, as "provided*" and
// "python3.* (Python 3.11.7)".
func (r *Runner) Available() []string { return nil }

// Check refuses a runtime that cannot run here, with ErrRuntime.
func (r *Runner) Check(runtime string) error { return nil }

// Isolation says what separates functions from the machine here, one measure
// an entry, for people to read.
func (r *Runner) Isolation() []string { return nil }

// Run makes one call and waits for its end. A free warm environment of the
// same ARN and Version takes it, else a new one. When ctx ends first the
// environment is killed and ctx's error returned.
func (r *Runner) Run(ctx context.Context, s Spec, c Call) (Result, error) { return Result{}, ErrClosed }

// Warm reports the free environments of a version.
func (r *Runner) Warm(arn, version string) int { return 0 }

// Drop ends the free environments of a version and lets those at work end
// after their call: its code or configuration changed. An empty version means
// all versions. Calls of Run that begin after Drop get new environments.
func (r *Runner) Drop(arn, version string) {}

// Stats are counts of a Runner.
type Stats struct {
	Busy, Warm, Max int
	Cold, Calls     uint64 // since New
	Refused         uint64 // ErrBusy
	Killed          uint64 // environments killed for a deadline, a crash or memory
	DroppedBytes    uint64 // of output over the bound of a call
}

// Stats tells the counts.
func (r *Runner) Stats() Stats { return Stats{} }

// Close ends all environments, also those at work, and waits for them.
func (r *Runner) Close() error { return nil }
