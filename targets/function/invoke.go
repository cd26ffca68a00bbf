package function

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets/function/runtime"
)

// Call is an invocation as a caller asks for it.
type Call struct {
	Name
	Qualifier string
	Payload   []byte
	// Context is the JSON text of the caller's client context.
	Context string
	Trace   string
	// RequestID is a UUID.
	RequestID string
	// place, where it is set, gives back the place that was kept for it.
	place func()
}

// Answer is how an invocation ended that somebody waited for.
type Answer struct {
	runtime.Result
	Version string // that ran
}

// Invoked tells of an invocation that ended, or of one that was refused.
type Invoked struct {
	Name
	At time.Time
	// Throttled: it did not run; Circular: nor did it, since it ran in a circle.
	Throttled, Circular bool
	Failed              bool
	Duration            time.Duration
	// Concurrent is how many of the function ran when it began, itself included.
	Concurrent, ConcurrentOverAll int
}

// maxAsync is the longest payload of an asynchronous invocation (Lambda quotas,
// since 2025).
const maxAsync = 1 << 20

// check makes the payload whole and holds it against the rules.
func (c *Call) check(most int) error {
	if len(c.Payload) == 0 {
		c.Payload = []byte("{}")
	}
	if len(c.Trace) > longestTrace {
		c.Trace = ""
	}
	if len(c.Payload) > most { // AWS's words; its limit has an allowance of 100 bytes
		return fault.New(fault.TooLarge, "%d byte payload is too large for the invocation (limit %d bytes)", len(c.Payload), most)
	}
	var v json.RawMessage // numbers of any size are JSON
	err := json.Unmarshal(c.Payload, &v)
	if err == nil && !utf8.Valid(c.Payload) {
		err = errors.New("it is not UTF-8")
	}
	if err != nil { // the first words are AWS's
		return &fault.Error{Kind: fault.Malformed, Subject: "payload", Message: fmt.Sprintf("Could not parse request body into json: %v", err)}
	}
	return nil
}

// Invoke runs a function and waits for its end. A caller who leaves does not
// end it: the function runs to its end, as in AWS.
func (s *Service) Invoke(ctx context.Context, c Call) (Answer, error) {
	if err := c.check(runtime.MaxPayload); err != nil {
		return Answer{}, err
	}
	f, v, err := s.find(c.Name, c.Qualifier)
	if err != nil {
		return Answer{}, err
	}
	type end struct {
		Answer
		err error
	}
	ended := make(chan end, 1) // the one who waits may be gone
	begun, err := s.begin(&f, &v, &c)
	if err != nil {
		return Answer{}, err
	}
	go func() { // release waits in running
		r, err := begun(s.life)
		ended <- end{Answer{r, v.Version}, err}
	}()
	select {
	case e := <-ended:
		return e.Answer, asFault(e.err)
	case <-ctx.Done():
		return Answer{}, asFault(ctx.Err())
	}
}

// DryRun says whether an invocation would be taken.
func (s *Service) DryRun(c Call) error {
	if err := c.check(runtime.MaxPayload); err != nil {
		return err
	}
	_, _, err := s.find(c.Name, c.Qualifier)
	return err
}

// find reads what an invocation needs.
func (s *Service) find(n Name, qualifier string) (f Function, v Version, err error) {
	if s.off() {
		return f, v, disabled()
	}
	err = s.Catalog.View(func(r catalog.Reader) (err error) {
		if v, err = s.resolve(r, n, qualifier, s.Random()); err != nil {
			return err
		}
		f, err = getFunction(r, n)
		return err
	})
	return f, v, err
}

// begin takes a place for an invocation, or refuses it; what it returns runs it,
// must be called, and gives the place back.
func (s *Service) begin(f *Function, v *Version, c *Call) (func(context.Context) (runtime.Result, error), error) {
	if f.looped(c.Trace) {
		s.Logger.Warn("a function runs in a circle and is not invoked", "function", f.ARN())
		s.Observe(Invoked{Name: f.Name, At: s.now(), Circular: true})
		return nil, circular()
	}
	release, reason := c.place, ""
	if c.place = nil; release == nil {
		release, reason = s.running.take(f.Name, f.Reserved)
	}
	if reason != "" {
		s.Observe(Invoked{Name: f.Name, At: s.now(), Throttled: true})
		return nil, throttled(reason)
	}
	i := Invoked{Name: f.Name, At: s.now()}
	i.Concurrent, i.ConcurrentOverAll = s.running.now(f.Name)
	return func(ctx context.Context) (runtime.Result, error) {
		defer release()
		r, err := s.run(ctx, v, c)
		switch {
		case errors.Is(err, runtime.ErrBusy):
			i.Throttled = true
			s.Observe(i)
			return r, throttled(reasonAll)
		case err == nil:
			i.Failed, i.Duration = r.Error != "", r.Duration
			s.Observe(i)
		}
		s.outdated(v)
		return r, err
	}, nil
}

// outdated drops what has run a version that changed meanwhile: its process was
// perhaps started after the change dropped all that there were.
func (s *Service) outdated(ran *Version) {
	if ran.Version != Latest {
		return
	}
	now, err := s.Version(ran.Name, Latest)
	if err != nil || now.Revision != ran.Revision {
		s.drop(ran.Name, Latest)
	}
}

// run has the version's code run.
func (s *Service) run(ctx context.Context, v *Version, c *Call) (runtime.Result, error) {
	dir, unused, err := s.Packages.use(v.Package)
	if err != nil {
		return runtime.Result{}, err
	}
	defer unused()
	invoked := v.Name.ARN()
	if c.Qualifier != "" {
		invoked = v.Qualified(c.Qualifier)
	}
	return s.Runner.Run(ctx, v.spec(dir), runtime.Call{RequestID: c.RequestID, Payload: c.Payload, ClientContext: c.Context, Trace: c.next(c.Trace, s.now()), Arn: invoked})
}

// spec is what runs of a version, whose files are in dir.
func (v *Version) spec(dir string) runtime.Spec {
	return runtime.Spec{
		ARN: v.Name.ARN(), Name: v.Function, Version: v.Version, Runtime: v.Runtime, Handler: v.Handler, Code: dir, Env: v.Environment,
		Memory: v.Memory, Timeout: time.Duration(v.Timeout) * time.Second,
		LogGroup: v.Log.Group, LogStream: v.stream(), Region: v.Region, Account: v.Account,
	}
}

// stream names the log stream of a version: by its revision, so that the lines
// of different code do not mix.
func (v *Version) stream() string {
	return fmt.Sprintf("%s/[%s]%s", v.Modified.Format("2006/01/02"), v.Version, v.Revision)
}

// throttled is a refusal that says which limit was reached.
func throttled(reason string) error {
	return &fault.Error{Kind: fault.Throttled, Subject: "invocation", Param: reason, Message: "Rate Exceeded."} // AWS's words
}

// asFault tells a caller of what ended an invocation from outside.
func asFault(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, runtime.ErrClosed) {
		return fault.New(fault.Unavailable, "The server stops.")
	}
	return err
}
