package api

import (
	"context"
	"crypto/sha256"
	"net/http"
	"strings"
	"time"

	"github.com/aws/smithy-go/traits"

	"skywatch/api/wire"
	"skywatch/api/wire/constraint"
	"skywatch/metric"
)

// Call is what an operation knows of its request beyond the input.
type Call struct {
	metric.Tenant
	Now       time.Time
	RequestID string
	// AccessKeyID is the caller's key; empty for an unsigned call.
	AccessKeyID string
	payload     [sha256.Size]byte // of the body as sent
	// BaseURL is the URL at which the caller reached us, without a trailing
	// slash ("http://127.0.0.1:4582"), or the public URL where one is set. It
	// is what queue URLs and subscription URLs begin with.
	BaseURL string
	// BasePath precedes the paths of what is reached by path; see Options.
	BasePath string
	// Header is the request's; Response takes headers of the answer.
	Header   http.Header
	Response http.Header
	// sent reports whether the request has a member; see Sent.
	sent func(member string) bool
}

// Sent reports whether the client sent a member of the input, for the SDK's
// plain integers, which cannot tell zero from absent: a top-level one, or one
// of a list's element (Entries.0.DelaySeconds, counted from zero).
func (c *Call) Sent(member string) bool { return c.sent != nil && c.sent(member) }

// Trace is the X-Ray trace header that came with the request, by which functions
// that run in a circle are found; empty if it is none.
func (c *Call) Trace() string {
	trace := c.Header.Get("X-Amzn-Trace-Id")
	const longest = 500 // as in TraceHeader of PutEvents
	if len(trace) > longest || !strings.Contains(trace, "Root=") {
		return ""
	}
	return trace
}

// Support says what becomes of an input member.
type Support string

// The grades of support. A member that is not Acts or Kept is refused by name
// when a client sends it.
const (
	Acts    Support = "acts"    // it has the effect that AWS documents
	Kept    Support = "kept"    // stored and returned, as AWS does
	Refused Support = "refused" // an error names the member
)

// Fields gives the support of every member of an operation's input. Nested
// members are written with dots (MetricData.Unit); a test holds the list
// against the schema.
type Fields map[string]Support

// Operation is one row of the table of operations.
type Operation struct {
	wire.Operation
	newInput func() any
	// handle is nil for an operation that AWS has and we do not offer yet.
	handle func(ctx context.Context, c *Call, in any) (any, error)
	fields Fields
	// test names the test that shows the operation.
	test string
	// unsigned allows calls without a signature: the input itself carries the
	// proof (the token of a ConfirmSubscription link).
	unsigned bool
	// http is how REST-JSON reaches the operation; nil in the other protocols.
	http *traits.HTTP
	// waits says that the operation may do nothing but wait for something to
	// come: a server that stops does not wait with it.
	waits bool
	// constraints are the model's, checked before handle; nil where the room
	// holds them itself, in the words that AWS has for that operation.
	constraints constraint.Table
}

// offer turns a typed function into the row's handle. f returns nil for an
// operation without output.
func offer[In, Out any](name string, f func(context.Context, *Call, *In) (*Out, error), test string, fields Fields) offered {
	return offered{
		name: name, test: test, fields: fields,
		handle: func(ctx context.Context, c *Call, in any) (any, error) {
			out, err := f(ctx, c, in.(*In))
			if err != nil || out == nil {
				return nil, err
			}
			return out, nil
		},
	}
}

// selfChecked says that the room checks the model's constraints itself, in the
// words that AWS has for the operation.
func (o offered) selfChecked() offered {
	o.ownRules = true
	return o
}

// offered is an operation that we have; table joins it with the model's list.
type offered struct {
	name     string
	test     string
	fields   Fields
	handle   func(ctx context.Context, c *Call, in any) (any, error)
	unsigned bool
	// ownRules says that the room checks the model's constraints itself.
	ownRules bool
}
