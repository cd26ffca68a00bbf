package doors

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"skywatch/internal/fault"
)

// proof is how a kind of sender shows that a request is its own.
type proof func(secret string, h http.Header, body []byte, now time.Time) bool

// hexHMAC is the SHA-256 HMAC of the body in hexadecimal, behind a prefix, in
// the first of the headers that is there.
func hexHMAC(prefix string, headers ...string) proof {
	return func(secret string, h http.Header, body []byte, _ time.Time) bool {
		for _, name := range headers {
			if sent := h.Get(name); sent != "" {
				text, ok := strings.CutPrefix(sent, prefix)
				sum, err := hex.DecodeString(text)
				return ok && err == nil && hmac.Equal(sum, sign([]byte(secret), body))
			}
		}
		return false
	}
}

func sign(key []byte, parts ...[]byte) []byte {
	m := hmac.New(sha256.New, key)
	for _, p := range parts {
		_, _ = m.Write(p) // never fails
	}
	return m.Sum(nil)
}

// same compares secrets in a time that does not tell how they differ.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// gitLab takes the signature of newer versions where there is one, and else
// the token, which is the secret itself.
func gitLab(secret string, h http.Header, body []byte, now time.Time) bool {
	if h.Get("Webhook-Signature") != "" {
		return standard(secret, h, body, now)
	}
	token := h.Get("X-Gitlab-Token")
	return token != "" && same(token, secret)
}

const (
	// standardPrefix begins a secret of Standard Webhooks; its key in Base64
	// follows.
	standardPrefix = "whsec_"
	// signatureAge is how far from now a signature may have been made.
	signatureAge = 5 * time.Minute
)

// standard is the signature of Standard Webhooks: over id, time and body.
func standard(secret string, h http.Header, body []byte, now time.Time) bool {
	text, ok := strings.CutPrefix(secret, standardPrefix)
	key, err := base64.StdEncoding.DecodeString(text)
	at, atErr := strconv.ParseInt(h.Get("Webhook-Timestamp"), 10, 64)
	if !ok || err != nil || atErr != nil || now.Sub(time.Unix(at, 0)).Abs() > signatureAge {
		return false
	}
	want := sign(key, []byte(h.Get("Webhook-Id")+"."+h.Get("Webhook-Timestamp")+"."), body)
	for one := range strings.FieldsSeq(h.Get("Webhook-Signature")) {
		text, ok := strings.CutPrefix(one, "v1,")
		if sum, err := base64.StdEncoding.DecodeString(text); ok && err == nil && hmac.Equal(sum, want) {
			return true
		}
	}
	return false
}

// bearer is the token of CloudEvents' web hooks, in a header (3.1); one in the
// URL would end in logs.
func bearer(secret string, h http.Header, _ []byte, _ time.Time) bool {
	scheme, token, _ := strings.Cut(h.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer") && same(token, secret)
}

// unproven is the refusal of a request that does not show whose it is.
func unproven(n SourceName) error {
	return fault.New(fault.Denied, "The request does not carry the signature of source %s, or it is not made with its secret.", n.Source)
}
