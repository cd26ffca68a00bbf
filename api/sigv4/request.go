package sigv4

import (
	"crypto/sha256"
	"net/http"
	"strings"
)

// Request is what a signature can cover.
type Request struct {
	Method string
	// Path is the escaped path as received, before any decoding or stripping
	// of a prefix.
	Path string
	// RawQuery is the query string as received, without the question mark.
	RawQuery string
	// Host is the Host header or the :authority as received.
	Host string
	// Header is net/http's: canonical names, no Host.
	Header http.Header
	// Payload is the SHA-256 of the body as sent, before any decompression.
	Payload [sha256.Size]byte
}

// RequestOf returns the signable view of r. body is the whole body as sent,
// which the caller has read already; r.Body is not touched.
func RequestOf(r *http.Request, body []byte) *Request {
	return &Request{
		Method:   r.Method,
		Path:     receivedPath(r),
		RawQuery: r.URL.RawQuery,
		Host:     r.Host,
		Header:   r.Header,
		Payload:  sha256.Sum256(body),
	}
}

// receivedPath prefers the request line: URL.EscapedPath may differ from it
// where a client escaped more than it had to, and a handler above may have
// stripped a prefix.
func receivedPath(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		path, _, _ := strings.Cut(r.RequestURI, "?")
		return path
	}
	return r.URL.EscapedPath()
}
