package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Key is what a Lookup knows of an access key.
type Key struct {
	// Account owns the key; Verify hands it through to the Identity.
	Account string
	Secret  string `json:"-"`
	// SessionToken is what a request must carry when the credentials are
	// temporary; empty for a long-term key, whose requests must carry none.
	SessionToken string `json:"-"`
	// Expires is when temporary credentials end; zero means never.
	Expires time.Time
}

// hidden is how a Key shows itself.
const hidden = "sigv4.Key[hidden]"

// Format hides secret and token from every verb of fmt.
func (Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue hides them from log/slog.
func (Key) LogValue() slog.Value { return slog.StringValue(hidden) }

// Lookup finds an access key. It must not be slower for a key that exists
// than for one that does not.
type Lookup func(accessKeyID string) (Key, bool)

// signingKey is a secret narrowed to one scope.
type signingKey [sha256.Size]byte

func deriveKey(secret string, s Scope) signingKey {
	k := hmacSHA256([]byte("AWS4"+secret), []byte(s.Date))
	k = hmacSHA256(k[:], []byte(s.Region))
	k = hmacSHA256(k[:], []byte(s.Service))
	return hmacSHA256(k[:], []byte(terminator))
}

func hmacSHA256(key, data []byte) (sum [sha256.Size]byte) {
	m := hmac.New(sha256.New, key)
	m.Write(data)
	m.Sum(sum[:0])
	return sum
}
