package targets

import (
	"context"
	"errors"
	"fmt"
	"time"

	"skywatch/internal/fault"
)

// Codes of failures, those of EventBridge's ERROR_CODE where it has one.
const (
	NoResource    = "NO_RESOURCE"      // the target is not there, or nothing carries to it
	NoPermissions = "NO_PERMISSIONS"   // we may not reach it
	Throttling    = "THROTTLING"       // it asks for fewer
	Timeout       = "TIMEOUT"          // no answer in time
	ClientError   = "SDK_CLIENT_ERROR" // it refuses what we send
	ServerError   = "SDK_SERVER_ERROR" // it, or the way to it, is broken (inferred)
	// ResourceExists is of a call that would make what is there already.
	ResourceExists = "RESOURCE_ALREADY_EXISTS"
)

// Failure is the error of an attempt with what the engine acts on.
type Failure struct {
	Code string
	// Permanent means that no other attempt would fare better.
	Permanent bool
	// Answered means that the target works, whatever it said: neither its
	// circuit breaker nor the number of its attempts at once takes it amiss.
	Answered bool
	// After is how long the target asks to be left alone.
	After time.Duration
	Err   error
}

// amiss reports whether the target is in trouble, as far as a failure tells.
func (f *Failure) amiss() bool { return f != nil && !f.Permanent && !f.Answered }

// Error implements error.
func (f *Failure) Error() string { return fmt.Sprintf("%s: %v", f.Code, f.Err) }

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

// failureOf makes any error of a target a Failure. What is not known to be
// permanent is tried again.
func failureOf(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	var wrong *fault.Error
	switch {
	case errors.As(err, &wrong):
		return ofFault(wrong)
	case errors.Is(err, context.DeadlineExceeded):
		return &Failure{Code: Timeout, Err: err}
	default:
		return &Failure{Code: ServerError, Err: err}
	}
}

func ofFault(err *fault.Error) *Failure {
	switch err.Kind {
	case fault.NotFound:
		return &Failure{Code: NoResource, Permanent: true, Err: err}
	case fault.Denied:
		return &Failure{Code: NoPermissions, Permanent: true, Err: err}
	case fault.Throttled, fault.LimitExceeded:
		return &Failure{Code: Throttling, Err: err}
	case fault.Internal, fault.Unavailable:
		return &Failure{Code: ServerError, Err: err}
	default:
		return &Failure{Code: ClientError, Permanent: true, Err: err}
	}
}
