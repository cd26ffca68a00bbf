package runtime

import (
	"maps"
	"time"
)

// Spec is what runs: one version of a function, its code unpacked.
type Spec struct {
	// ARN is the function's, without a qualifier. Environments are shared
	// between calls of equal ARN and Version, and end when one of Runtime,
	// Handler, Code, Env and Memory is another than at their start. So new code
	// needs a new directory.
	ARN     string
	Name    string
	Version string // "$LATEST" or a number

	Runtime string // "provided.al2023", "python3.12", "nodejs22.x"
	Handler string
	Code    string            // directory of the unpacked zip; only read
	Env     map[string]string // the user's variables

	Memory  int           // MB
	Timeout time.Duration // of one call

	LogGroup, LogStream string // told to the function and to the sink
	Region, Account     string

	provisioned bool // the environment is started before it is called
}

// runs reports whether an environment of a Spec can take a call of another.
func (s Spec) runs(o Spec) bool {
	return s.Runtime == o.Runtime && s.Handler == o.Handler && s.Code == o.Code && s.Memory == o.Memory && maps.Equal(s.Env, o.Env)
}

// Call is one invocation.
type Call struct {
	RequestID string // a UUID
	Payload   []byte // JSON; at most MaxPayload
	// ClientContext is the JSON text of the caller's X-Amz-Client-Context,
	// decoded; empty when there is none.
	ClientContext string
	Trace         string // X-Amzn-Trace-Id; may be empty
	// Arn is what Lambda-Runtime-Invoked-Function-Arn says: with the qualifier
	// that the caller used. Empty: the Spec's.
	Arn string
}

// Kinds of Result.Error, the values of X-Amz-Function-Error.
const (
	Unhandled = "Unhandled"
	Handled   = "Handled" // AWS no longer answers it, nor do we
)

// Result is how a call ended. A function that failed is a Result, not an
// error of Run.
type Result struct {
	Payload []byte // the answer, or {"errorMessage", "errorType", ...}
	Error   string // "" or Unhandled
	Log     []byte // the last 4 KB of the call's lines, START to REPORT

	Cold      bool          // the environment was started for this call
	Init      time.Duration // of the start; zero when warm
	Duration  time.Duration // of the call, without Init
	Billed    time.Duration // whole milliseconds
	MaxMemory int           // MB, the highest so far of the environment's first process
}

// Line is one line that a function, or we about it, wrote.
type Line struct {
	Time time.Time
	Text string // without the newline; at most MaxLine bytes
}

// Sink takes the lines of a function in order. It is called often, by several
// goroutines for different environments, and must not block for long.
type Sink func(Spec, []Line)

// Limits.
const (
	MaxPayload = 6 << 20     // of a call (Lambda quotas: 6 MB synchronous)
	MaxAnswer  = 6<<20 + 100 // bytes; AWS's texts name 6291556
	MaxLine    = 256 << 10   // longer lines are split (CloudWatch Logs, before 2025)
	MaxTail    = 4 << 10     // of Result.Log (Invoke, LogType)
)
