package driver

import "errors"

// unknown is an error after which nobody knows whether the driver did it.
type unknown struct{ error }

// Unknown marks an error after which the call may have had its effect.
func Unknown(err error) error { return unknown{err} }

// Unwrap returns the error that was marked.
func (u unknown) Unwrap() error { return u.error }

// IsUnknown reports whether an error is one that Unknown marked.
func IsUnknown(err error) bool {
	var u unknown
	return errors.As(err, &u)
}
