package access

import (
	"fmt"
	"io"
	"log/slog"
	"unique"
)

const hidden = "[hidden]"

// Secret is a string that printing, logging and encoding do not show. Only
// Reveal gives it away. Secrets are equal (==) when they hide the same text.
type Secret struct {
	// A handle, since fmt prints the unexported fields of others' structs
	// without asking their methods: of this one it prints an address.
	text unique.Handle[string]
}

// NewSecret hides text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{unique.Make(text)}
}

// Reveal returns what the Secret hides. Call it only where the secret is
// used: to verify a signature, or to show a new key to its owner once.
func (s Secret) Reveal() string {
	if s == (Secret{}) {
		return ""
	}
	return s.text.Value()
}

// Format hides the secret from every verb of fmt.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// String hides the secret from who asks for a string.
func (Secret) String() string { return hidden }

// LogValue hides the secret from log/slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the secret from encoders.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
