package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

// receiver is a program on the network that deliveries go to: it confirms the
// subscriptions of its addresses, and does with the rest what it is told.
type receiver struct {
	url     string
	server  *http.Server
	failed  atomic.Pointer[error]
	serving sync.WaitGroup
}

// receive serves on a free address of this machine.
func receive(do http.HandlerFunc) (*receiver, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &receiver{url: "http://" + l.Addr().String()}
	r.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Header.Get("X-Amz-Sns-Message-Type") != "SubscriptionConfirmation" {
			do(w, req)
			return
		}
		if err := confirm(req); err != nil {
			r.failed.Store(&err)
		}
	})}
	r.serving.Go(func() { _ = r.server.Serve(l) })
	return r, nil
}

// close ends it at once: who calls then is refused.
func (r *receiver) close() error {
	err := r.server.Close()
	r.serving.Wait()
	if f := r.failed.Load(); f != nil {
		err = errors.Join(err, *f)
	}
	return err
}

// confirm follows the link of a subscription's confirmation.
func confirm(req *http.Request) error {
	var m struct{ SubscribeURL string }
	if err := json.NewDecoder(req.Body).Decode(&m); err != nil {
		return err
	}
	get, err := http.NewRequestWithContext(context.WithoutCancel(req.Context()), http.MethodGet, m.SubscribeURL, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(get)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return errors.New("confirm a subscription: " + resp.Status)
	}
	return nil
}

// takes is what a receiver that lives does: it takes down what arrives.
func takes(t *tally) http.HandlerFunc {
	return func(_ http.ResponseWriter, req *http.Request) {
		if body, err := io.ReadAll(req.Body); err == nil {
			t.take(body)
		}
	}
}

// hangs is what a receiver that is dead, but does not say so, does: it answers
// when the caller has gone.
func hangs(_ http.ResponseWriter, req *http.Request) {
	_, _ = io.Copy(io.Discard, req.Body)
	<-req.Context().Done()
}
