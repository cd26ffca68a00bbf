// Package steady is an HTTP transport for tests that give the Go SDK one
// attempt only.
//
// The SDK closes its request's body as soon as the head of the answer is there
// (smithy-go 1.28.9). Where that is before net/http has seen the end of the
// body, net/http takes it for an error and closes the connection under the rest
// of the answer. By default the SDK then tries again, which would hide what the
// tests look for.
package steady

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"time"
)

// Transport sends a copy of a request's body.
type Transport struct{ http.Transport }

// RoundTrip implements http.RoundTripper.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		if err := errors.Join(err, req.Body.Close()); err != nil {
			return nil, err
		}
		req = req.Clone(req.Context())
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	return t.Transport.RoundTrip(req)
}

// Client returns a client of its own connections.
func Client() *http.Client { return &http.Client{Transport: &Transport{}, Timeout: time.Minute} }
