// Package forwardtest is an endpoint that stands for AWS in tests: it verifies
// the signature of every request, notes what came, and answers as it is told.
package forwardtest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"skywatch/api/sigv4"
)

// The key that requests must be signed with.
const (
	AccessKey = "AKIDFORWARD"
	Secret    = "not-to-be-told"
)

// Call is a request that came, well signed.
type Call struct {
	Method, Path, Query string
	Header              http.Header
	Body                []byte
	// Service and Region are those of the signature.
	Service, Region string
}

// Answer is what an endpoint says.
type Answer struct {
	Status int // 0: 200
	Header http.Header
	Body   string
}

// Endpoint is an HTTP server.
type Endpoint struct {
	URL string

	mu     sync.Mutex
	calls  []Call
	answer func(Call) Answer
}

// Start serves until the test ends; nil answers everything with {}.
func Start(t testing.TB, answer func(Call) Answer) *Endpoint {
	t.Helper()
	if answer == nil {
		answer = func(Call) Answer { return Answer{Body: "{}"} }
	}
	e := &Endpoint{answer: answer}
	verifier := sigv4.New(sigv4.Options{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("read request: %v", err)
		}
		id, err := verifier.Verify(sigv4.RequestOf(r, body), known, time.Now())
		if err != nil {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		c := Call{
			Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Header: r.Header, Body: body,
			Service: id.Scope.Service, Region: id.Scope.Region,
		}
		e.mu.Lock()
		e.calls = append(e.calls, c)
		e.mu.Unlock()
		reply(w, e.answer(c))
	}))
	t.Cleanup(s.Close)
	e.URL = s.URL
	return e
}

func known(id string) (sigv4.Key, bool) {
	return sigv4.Key{Account: "123456789012", Secret: Secret}, id == AccessKey
}

func reply(w http.ResponseWriter, a Answer) {
	for name, values := range a.Header {
		w.Header()[name] = values
	}
	if a.Status != 0 {
		w.WriteHeader(a.Status)
	}
	_, _ = io.WriteString(w, a.Body)
}

// Calls returns what came so far, and forgets it.
func (e *Endpoint) Calls() []Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := e.calls
	e.calls = nil
	return all
}
