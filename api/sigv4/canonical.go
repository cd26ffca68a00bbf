package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
)

// appendCanonicalHeaders appends the signed headers, each as
// "name:value\n" in the order signed. ok is false when a signed header was
// not received: then the signature cannot be right.
func appendCanonicalHeaders(b []byte, r *Request, signed []string, host string) (_ []byte, ok bool) {
	ok = true
	for _, name := range signed {
		b = append(b, name...)
		b = append(b, ':')
		if name == "host" {
			b = appendCollapsed(b, host)
		} else {
			values := r.Header[http.CanonicalHeaderKey(name)]
			ok = ok && len(values) > 0
			for i, v := range values {
				if i > 0 {
					b = append(b, ',')
				}
				b = appendCollapsed(b, v)
			}
		}
		b = append(b, '\n')
	}
	return b, ok
}

// appendCollapsed appends v trimmed, with every run of spaces as one.
func appendCollapsed(b []byte, v string) []byte {
	v = strings.Trim(v, " \t")
	if !strings.Contains(v, "  ") {
		return append(b, v...)
	}
	for i := range len(v) {
		if v[i] == ' ' && v[i-1] == ' ' {
			continue
		}
		b = append(b, v[i])
	}
	return b
}

// canonicalHash returns the SHA-256 of the canonical request. payload is the
// hash of the body as it was signed, in hex.
func canonicalHash(r *Request, c *claim, path, host, query, payload string) (sum [sha256.Size]byte, ok bool) {
	b := make([]byte, 0, 1024)
	b = append(b, r.Method...)
	b = append(b, '\n')
	b = append(b, path...)
	b = append(b, '\n')
	b = append(b, query...)
	b = append(b, '\n')
	b, ok = appendCanonicalHeaders(b, r, c.signedHeaders, host)
	b = append(b, '\n')
	for i, name := range c.signedHeaders {
		if i > 0 {
			b = append(b, ';')
		}
		b = append(b, name...)
	}
	b = append(b, '\n')
	b = append(b, payload...)
	return sha256.Sum256(b), ok
}

// signature returns the signature of a canonical request under a signing key.
func signature(key signingKey, c *claim, canonical [sha256.Size]byte) [sha256.Size]byte {
	b := make([]byte, 0, 256)
	b = append(b, algorithm+"\n"...)
	b = append(b, c.stamp...)
	b = append(b, '\n')
	b = append(b, c.Scope.String()...)
	b = append(b, '\n')
	b = hex.AppendEncode(b, canonical[:])
	return hmacSHA256(key[:], b)
}
