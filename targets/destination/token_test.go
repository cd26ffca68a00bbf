package destination_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"skywatch/targets"
	"skywatch/targets/destination"
)

// authority is an OAuth endpoint with a receiver behind it.
type authority struct {
	url     string
	asked   atomic.Int32 // for a token
	called  atomic.Int32 // the receiver
	refuse  atomic.Int32 // status of the endpoint; 0: it answers with a token
	accepts atomic.Value // the token that the receiver takes; nil: any
	answer  atomic.Value // the endpoint's answer, with %d for the number of the token
	hold    chan struct{}
	last    atomic.Value // the last request for a token, dumped
}

func newAuthority(t *testing.T) *authority {
	a := &authority{}
	a.answer.Store(`{"access_token":"t-%d","token_type":"bearer","expires_in":3600}`)
	a.url = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/token") {
			a.token(w, r)
			return
		}
		a.called.Add(1)
		if want, ok := a.accepts.Load().(string); ok && r.Header.Get("Authorization") != "Bearer "+want {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	return a
}

func (a *authority) token(w http.ResponseWriter, r *http.Request) {
	n := a.asked.Add(1)
	a.last.Store(dump(r))
	if a.hold != nil {
		<-a.hold
	}
	if status := a.refuse.Load(); status != 0 {
		w.WriteHeader(int(status))
		_, _ = io.WriteString(w, `{"error":"invalid_client","error_description":"canary"}`)
		return
	}
	_, _ = fmt.Fprintf(w, a.answer.Load().(string), n)
}

func (a *authority) auth() destination.Auth {
	return destination.Auth{Type: destination.OAuth, Client: &destination.Client{ID: "id", Secret: "s&cret", Endpoint: a.url + "/token", Method: http.MethodPost}}
}

// counts holds how often endpoint and receiver were called.
func (a *authority) counts(t *testing.T, what string, asked, called int32) {
	t.Helper()
	if a.asked.Load() != asked || a.called.Load() != called {
		t.Errorf("%s: %d tokens and %d calls, want %d and %d", what, a.asked.Load(), a.called.Load(), asked, called)
	}
}

func sent(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// A token is used until a minute before its end, and then replaced.
func TestTokenIsHeld(t *testing.T) {
	t.Parallel()
	r, a := newRig(t), newAuthority(t)
	arn := r.destination("d", new(r.connection("c", a.auth())).ARN(), a.url)
	sent(t, "first", r.send(arn))
	r.clock.move(time.Hour - time.Minute - time.Second)
	sent(t, "near its end", r.send(arn))
	a.counts(t, "near its end", 1, 2)
	r.clock.move(time.Second)
	sent(t, "a minute before", r.send(arn))
	a.counts(t, "a minute before", 2, 3)

	// A short life has a short end; without one the token is held until it is refused.
	a.answer.Store(`{"access_token":"t-%d","expires_in":"10"}`)
	r.clock.move(time.Hour)
	sent(t, "short", r.send(arn))
	r.clock.move(4 * time.Second)
	sent(t, "short", r.send(arn))
	a.counts(t, "short", 3, 5)
	a.answer.Store(`{"access_token":"t-%d"}`)
	r.clock.move(time.Second)
	sent(t, "half of it", r.send(arn))
	a.counts(t, "half of it", 4, 6)
	r.clock.move(24 * 365 * time.Hour)
	sent(t, "no end", r.send(arn))
	a.counts(t, "no end", 4, 7)
}

// A refused token is replaced once, and the call made once more.
func TestTokenIsRefused(t *testing.T) {
	t.Parallel()
	r, a := newRig(t), newAuthority(t)
	arn := r.destination("d", new(r.connection("c", a.auth())).ARN(), a.url)
	a.accepts.Store("t-2")
	sent(t, "refreshed", r.send(arn))
	a.counts(t, "refreshed", 2, 2)
	a.accepts.Store("another")
	failed(t, "refused twice", r.send(arn), targets.NoPermissions, false)
	a.counts(t, "refused twice", 3, 4)
}

// Calls that need a token at once ask for one once.
func TestTokenIsFetchedOnce(t *testing.T) {
	t.Parallel()
	r, a := newRig(t), newAuthority(t)
	a.hold = make(chan struct{})
	arn := r.destination("d", new(r.connection("c", a.auth())).ARN(), a.url)
	const many = 20
	var all sync.WaitGroup
	errs := make(chan error, many)
	for range many {
		all.Go(func() { errs <- r.send(arn) })
	}
	close(a.hold)
	all.Wait()
	for range many {
		sent(t, "together", <-errs)
	}
	a.counts(t, "together", 1, many)
}

// An endpoint that refuses or fails is a failure that is tried again, whose
// text and the connection's reason hold nothing but what we know.
func TestTokenFails(t *testing.T) {
	t.Parallel()
	r, a := newRig(t), newAuthority(t)
	arn := r.destination("d", new(r.connection("c", a.auth())).ARN(), a.url)
	for _, c := range []struct {
		status int32
		answer string
		code   string
		text   string
		state  destination.State
	}{
		{500, "", targets.ServerError, "the authorization endpoint answered 500 (invalid_client)", destination.Authorizing},
		{302, "", targets.ServerError, "the authorization endpoint answered 302 (invalid_client)", destination.Authorizing},
		{429, "", targets.Throttling, "the authorization endpoint answered 429 (invalid_client)", destination.Authorizing},
		{0, "not JSON, canary%[2]v", targets.ServerError, "the authorization endpoint's answer holds no access token", destination.Authorizing},
		{0, `{"access_token":"a\r\nb%d"}`, targets.ServerError, "the authorization endpoint's answer holds no access token", destination.Authorizing},
		{401, "", targets.NoPermissions, "the authorization endpoint answered 401 (invalid_client)", destination.Deauthorized},
	} {
		a.refuse.Store(c.status)
		a.answer.Store(c.answer)
		f := failed(t, c.text, r.send(arn), c.code, false)
		state, reason := r.state("c")
		if f.Err.Error() != c.text || reason != c.text || state != c.state {
			t.Errorf("%d: %v; %s: %s, want %s: %s", c.status, f.Err, state, reason, c.state, c.text)
		}
	}
	if d, err := r.Destination(name("d")); err != nil || d.Active {
		t.Errorf("active: %+v %v", d, err)
	}
	// One token brings it back.
	a.refuse.Store(0)
	a.answer.Store(`{"access_token":"t-%d","expires_in":100}`)
	sent(t, "back", r.send(arn))
	if state, reason := r.state("c"); state != destination.Authorized || reason != "" {
		t.Errorf("%s %s", state, reason)
	}
	// A token that can still be used is used while the endpoint is down.
	a.refuse.Store(503)
	r.clock.move(60 * time.Second)
	sent(t, "endpoint down", r.send(arn))
	r.clock.move(60 * time.Second)
	failed(t, "over", r.send(arn), targets.ServerError, false)
	if state, _ := r.state("c"); state != destination.Authorized {
		t.Errorf("an endpoint that is down made the state %s", state)
	}
}

// What an endpoint says beyond the known errors is not passed on, and what it
// says of parameters that are replaced meanwhile changes nothing.
func TestTokenAnswersAreNotTrusted(t *testing.T) {
	t.Parallel()
	reached, release := make(chan bool), make(chan bool)
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		reached <- true
		<-release
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"error":"canary"}`)
	})
	r := newRig(t)
	c := r.connection("c", destination.Auth{Type: destination.OAuth, Client: &destination.Client{ID: "i", Secret: "s", Endpoint: base, Method: http.MethodPost}})
	arn, done := r.destination("d", c.ARN(), base), make(chan error)
	go func() { done <- r.send(arn) }()
	<-reached
	if _, err := r.UpdateConnection(t.Context(), name("c"), nil, &basicAuth); err != nil {
		t.Fatal(err)
	}
	release <- true
	if f := failed(t, "refused", <-done, targets.NoPermissions, false); f.Err.Error() != "the authorization endpoint answered 401" {
		t.Errorf("said: %v", f.Err)
	}
	if state, reason := r.state("c"); state != destination.Authorized || reason != "" {
		t.Errorf("%s: %s", state, reason)
	}
}

// What is asked for a token: the form of RFC 6749.
func TestTokenRequest(t *testing.T) {
	t.Parallel()
	r, a := newRig(t), newAuthority(t)
	more := &destination.Parameters{
		Header: []destination.Parameter{{Key: "X-H", Value: "h"}, {Key: "Host", Value: "evil.example"}},
		Query:  []destination.Parameter{{Key: "q", Value: "1"}},
		Body:   []destination.Parameter{{Key: "scope", Value: "a b"}},
	}
	json := &destination.Parameters{Header: []destination.Parameter{{Key: "content-type", Value: "application/json"}}, Body: more.Body}
	for i, c := range []struct {
		method string
		more   *destination.Parameters
		want   []string
	}{
		{http.MethodPost, nil, []string{
			"POST /token\n", "Content-Type: application/x-www-form-urlencoded\n", "Accept: application/json\n",
			"> client_id=id&client_secret=s%26cret&grant_type=client_credentials\n",
		}},
		{http.MethodPut, more, []string{"PUT /token?q=1\n", "X-H: h\n", "> client_id=id&client_secret=s%26cret&grant_type=client_credentials&scope=a+b\n"}},
		{http.MethodGet, more, []string{"GET /token?grant_type=client_credentials&q=1&scope=a+b\n", "Authorization: Basic aWQ6cyUyNmNyZXQ=\n", "X-H: h\n"}},
		{http.MethodPost, json, []string{"Content-Type: application/json\n", `> {"client_id":"id","client_secret":"s\u0026cret","grant_type":"client_credentials","scope":"a b"}` + "\n"}},
	} {
		auth := a.auth()
		auth.Client.Method, auth.Client.Parameters = c.method, c.more
		n := fmt.Sprint("c", i)
		sent(t, n, r.send(r.destination(n, new(r.connection(n, auth)).ARN(), a.url)))
		got := a.last.Load().(string)
		for _, want := range append(c.want, "User-Agent: Amazon/EventBridge/ApiDestinations\n", "Host: "+strings.TrimPrefix(a.url, "http://")+"\n") {
			if !strings.Contains(got, want) {
				t.Errorf("%d: no %q in\n%s", i, want, got)
			}
		}
	}
}
