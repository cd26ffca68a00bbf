package agent

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// putRequest is a PutMetricData as the receiver decoded it.
type putRequest struct {
	Namespace  string
	MetricData []struct {
		MetricName        string
		Dimensions        []struct{ Name, Value string }
		Timestamp         time.Time
		Unit              string
		Value             float64
		StorageResolution int
	}
}

func (r putRequest) values() []float64 {
	var out []float64
	for _, d := range r.MetricData {
		out = append(out, d.Value)
	}
	return out
}

// answer is what the receiver does with a request: an HTTP status, with an
// error code unless it is 200.
type answer struct {
	status int
	code   string
	delay  time.Duration
}

var accepted = answer{status: http.StatusOK}

// receiver is a CloudWatch endpoint that records what the SDK sends. It is
// reached through pipes instead of sockets, so that it works in a synctest
// bubble, where time stands still until every goroutine waits.
type receiver struct {
	t      *testing.T
	server *http.Server
	client *http.Client
	conns  chan net.Conn
	closed chan struct{}

	mu       sync.Mutex
	away     bool     // connections are refused
	answers  []answer // of the next requests; then accepted
	requests []putRequest
	acked    []putRequest
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{t: t, conns: make(chan net.Conn), closed: make(chan struct{})}
	r.server = &http.Server{Handler: r}
	r.client = &http.Client{Transport: &http.Transport{DialContext: r.dial}}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = r.server.Serve(pipeListener{r}) // ErrServerClosed
	}()
	t.Cleanup(func() {
		r.client.CloseIdleConnections()
		if err := r.server.Shutdown(context.Background()); err != nil { // waits for slow answers
			t.Errorf("shut the receiver down: %v", err)
		}
		<-served
	})
	return r
}

// config is a configuration that sends to the receiver.
func (r *receiver) config() Config {
	cfg := DefaultConfig()
	cfg.Endpoint = "http://receiver.invalid"
	cfg.HTTPClient = r.client
	cfg.Hostname = "h"
	return cfg
}

func (r *receiver) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	r.mu.Lock()
	away := r.away
	r.mu.Unlock()
	if away {
		return nil, errors.New("connection refused")
	}
	near, far := net.Pipe()
	select {
	case r.conns <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// goAway refuses connections until comeBack.
func (r *receiver) goAway() {
	r.mu.Lock()
	r.away = true
	r.mu.Unlock()
	r.client.CloseIdleConnections()
}

func (r *receiver) comeBack() {
	r.mu.Lock()
	r.away = false
	r.mu.Unlock()
}

func (r *receiver) willAnswer(answers ...answer) {
	r.mu.Lock()
	r.answers = append(r.answers, answers...)
	r.mu.Unlock()
}

// received returns all requests, acknowledged those answered with 200.
func (r *receiver) received() []putRequest {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.requests)
}

func (r *receiver) acknowledged() []putRequest {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.acked)
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	put, err := decodePut(req)
	if err != nil {
		r.t.Errorf("request: %v", err)
	}
	a := r.record(put)
	time.Sleep(a.delay) // of the bubble's time
	w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
	w.Header().Set("Content-Type", "application/cbor")
	w.WriteHeader(a.status)
	body := map[string]string{}
	if a.code != "" {
		body["__type"], body["message"] = a.code, "as the test asked"
	}
	if err := cbor.NewEncoder(w).Encode(body); err != nil {
		r.t.Errorf("answer: %v", err)
	}
}

func (r *receiver) record(put putRequest) answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := accepted
	if len(r.answers) > 0 {
		a, r.answers = r.answers[0], r.answers[1:]
	}
	r.requests = append(r.requests, put)
	if a.status == http.StatusOK {
		r.acked = append(r.acked, put)
	}
	return a
}

func decodePut(req *http.Request) (putRequest, error) {
	var put putRequest
	if !strings.HasSuffix(req.URL.Path, "/operation/PutMetricData") || req.Header.Get("Content-Type") != "application/cbor" {
		return put, errors.New(req.Method + " " + req.URL.Path + " " + req.Header.Get("Content-Type"))
	}
	body := io.Reader(req.Body)
	if req.Header.Get("Content-Encoding") == "gzip" {
		zipped, err := gzip.NewReader(body)
		if err != nil {
			return put, err
		}
		body = zipped
	}
	return put, cbor.NewDecoder(body).Decode(&put)
}

// pipeListener accepts the connections that the receiver's client dials.
type pipeListener struct{ r *receiver }

func (l pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.r.conns:
		return c, nil
	case <-l.r.closed:
		return nil, net.ErrClosed
	}
}

func (l pipeListener) Close() error {
	close(l.r.closed)
	return nil
}

func (l pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }
