// Package fault is the one vocabulary of errors that a caller can act on.
//
// A room below api returns *Error when a request is at fault (or the service
// is, in a way the caller should know of); every other error means Internal.
// Only api knows how a Kind is spelled on the wire: its table turns
// (service, kind, subject) into AWS's code and HTTP status.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what is wrong, in terms that every AWS service shares.
type Kind uint8

// The kinds. The comment gives CloudWatch's code for each.
const (
	Internal         Kind = iota // InternalServiceError: ours
	Validation                   // ValidationError: a constraint of the model
	InvalidValue                 // InvalidParameterValue
	InvalidCombo                 // InvalidParameterCombination
	Missing                      // MissingParameter
	InvalidFormat                // InvalidFormat: a string that must be JSON is not
	InvalidToken                 // InvalidNextToken
	NotFound                     // ResourceNotFound
	Conflict                     // the thing exists already, or changed meanwhile
	LimitExceeded                // LimitExceeded: an account's quota
	TooLarge                     // RequestEntityTooLarge
	Throttled                    // Throttling
	Unavailable                  // ServiceUnavailable
	Unsupported                  // what AWS has and we do not offer, refused by name
	Malformed                    // MalformedInput, SerializationException
	UnknownOperation             // InvalidAction, UnknownOperationException
	MissingAction                // Query without Action
	MissingAuth                  // MissingAuthenticationToken
	IncompleteAuth               // IncompleteSignature
	UnknownKey                   // InvalidClientTokenId, UnrecognizedClientException
	BadSignature                 // SignatureDoesNotMatch, InvalidSignatureException
	ExpiredToken                 // ExpiredToken
	Denied                       // AccessDenied
)

// Error is a fault with its place and its text.
type Error struct {
	Kind Kind
	// Subject names the kind of thing concerned where a service has a code of
	// its own for it ("queue", "topic", "subscription"); usually empty.
	Subject string
	// Param is the parameter at fault in AWS's Query spelling
	// (MetricData.member.1.Value), empty if none.
	Param string
	// Message is what the client reads. AWS's exact text where it is known.
	Message string
	// Err is the cause, for logs only; it never reaches the client.
	Err error
}

// Error implements error.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.Message + ": " + e.Err.Error()
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New returns a fault of the given kind; the rest is as for fmt.Sprintf.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Of returns the fault in err's chain; an error without one is Internal.
// Of(nil) is nil.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	var f *Error
	if errors.As(err, &f) {
		return f
	}
	return &Error{Kind: Internal, Message: "An internal error occurred.", Err: err}
}

// Is reports whether err carries a fault of the given kind.
func Is(err error, kind Kind) bool {
	var f *Error
	return errors.As(err, &f) && f.Kind == kind
}

// On returns a copy of e that names the parameter at fault.
func (e *Error) On(param string) *Error {
	c := *e
	c.Param = param
	return &c
}
