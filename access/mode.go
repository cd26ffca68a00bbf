package access

import "errors"

// Mode is what decides whether requests must be signed (design.md section 2).
// It is asked anew for each request: the first key made turns enforcement on.
type Mode struct {
	// Loopback says that every listen address is reachable from this machine
	// only.
	Loopback bool
	// Keys says that an access key exists.
	Keys bool
	// InsecureNoAuth is the option --insecure-no-auth.
	InsecureNoAuth bool
}

// Local reports local mode: any signature, or none, is taken for the default
// account.
func (m Mode) Local() bool { return m.Loopback && !m.Keys }

// Enforced reports whether a request must carry a good signature. Where a key
// exists it must, whatever the options say; where the last key of a server on
// an open address was deleted nobody gets in, which is the safe side.
func (m Mode) Enforced() bool {
	return m.Keys || !m.Loopback && !m.InsecureNoAuth
}

// Guarded reports whether GuardBrowser must be asked: whenever a request needs
// no signature, any web page could otherwise make one.
func (m Mode) Guarded() bool { return !m.Enforced() }

// ErrNoAuth refuses to start on an open address that nobody could use.
var ErrNoAuth = errors.New("no access key exists and the listen address is not loopback: " +
	"make a key while listening on loopback, or take --insecure-no-auth")

// Start returns ErrNoAuth where a server must not start.
func (m Mode) Start() error {
	if !m.Loopback && !m.Keys && !m.InsecureNoAuth {
		return ErrNoAuth
	}
	return nil
}
