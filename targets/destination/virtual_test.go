package destination_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"skywatch/catalog"
	"skywatch/targets"
	"skywatch/targets/destination"
	"skywatch/targets/webhook"
)

// wire is a listener whose connections are in memory, so that time in a bubble
// can pass.
type wire struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.conns:
		return c, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error   { close(w.closed); return nil }
func (w *wire) Addr() net.Addr { return &net.TCPAddr{} }

func (w *wire) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case w.conns <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// bubble runs f with a rig on virtual time whose calls all reach h, and with
// its background work done.
func bubble(t *testing.T, h http.HandlerFunc, f func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &wire{make(chan net.Conn), make(chan struct{})}
		web := &http.Server{Handler: h}
		var owned sync.WaitGroup
		owned.Go(func() { _ = web.Serve(w) })
		r := newRig(t, func(o *destination.Options, client *webhook.Options) {
			o.Clock, client.Dial = targets.SystemClock{}, w.dial
		})
		ctx, cancel := context.WithCancel(context.Background())
		owned.Go(func() {
			if err := r.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		f(t, r)
		cancel()
		_ = web.Close()
		owned.Wait()
	})
}

// engine carries deliveries to the rig's destinations until stop is called.
func (r *rig) engine() (e *targets.Engine, outbox *targets.Outbox, stop func()) {
	outbox = targets.NewOutbox(nil)
	e = targets.New(targets.Options{
		Catalog: r.db, Outbox: outbox, Random: func() float64 { return 1 },
		Targets: map[targets.Kind]targets.Target{targets.Destination: targets.Outside(r.Send).Paced(r.Pace)},
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- e.Run(ctx) }()
	return e, outbox, func() {
		cancel()
		if err := <-done; err != nil {
			r.t.Error(err)
		}
	}
}

// A new connection is authorized in the background, and one that is updated is
// authorized anew; its old token is not used any more.
func TestAuthorizes(t *testing.T) {
	t.Parallel()
	var asked []string
	h := func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path == "/token" {
			asked = append(asked, string(body))
			_, _ = fmt.Fprintf(w, `{"access_token":"t-%d"}`, len(asked))
		} else if r.Header.Get("Authorization") != fmt.Sprintf("Bearer t-%d", len(asked)) {
			w.WriteHeader(http.StatusForbidden)
		}
	}
	bubble(t, h, func(t *testing.T, r *rig) {
		c := r.connection("c", destination.Auth{Type: destination.OAuth, Client: &destination.Client{ID: "id", Secret: "old", Endpoint: "http://127.0.0.1/token", Method: http.MethodPost}})
		arn := r.destination("d", c.ARN(), "http://127.0.0.1/hook")
		if c.State != destination.Authorizing {
			t.Errorf("at first %s", c.State)
		}
		authorized := func(want int) {
			t.Helper()
			synctest.Wait()
			d, err := r.Destination(name("d"))
			if s, _ := r.state("c"); s != destination.Authorized || len(asked) != want || err != nil || !d.Active {
				t.Errorf("%s after %d tokens; %+v %v", s, len(asked), d, err)
			}
			sent(t, "send", r.send(arn))
		}
		authorized(1)
		if _, err := r.UpdateConnection(t.Context(), name("c"), nil, &destination.Auth{Client: &destination.Client{Secret: "new"}}); err != nil {
			t.Fatal(err)
		}
		authorized(2)
		if !strings.Contains(asked[0], "client_secret=old&") || !strings.Contains(asked[1], "client_id=id&client_secret=new&") {
			t.Errorf("asked with %q", asked)
		}
	})
}

// An endpoint that does not answer is asked again every minute, until the
// connection is gone.
func TestAuthorizesLater(t *testing.T) {
	t.Parallel()
	var at []time.Duration
	var begin time.Time
	h := func(w http.ResponseWriter, _ *http.Request) {
		at = append(at, time.Since(begin))
		if len(at) < 3 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_, _ = io.WriteString(w, `{"access_token":"t"}`)
	}
	bubble(t, h, func(t *testing.T, r *rig) {
		begin = time.Now()
		r.connection("c", destination.Auth{Type: destination.OAuth, Client: &destination.Client{ID: "id", Secret: "s", Endpoint: "http://127.0.0.1/", Method: http.MethodPost}})
		synctest.Wait()
		if s, reason := r.state("c"); s != destination.Authorizing || reason != "the authorization endpoint answered 502" {
			t.Errorf("%s: %s", s, reason)
		}
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if s, reason := r.state("c"); s != destination.Authorized || reason != "" || fmt.Sprint(at) != "[0s 1m0s 2m0s]" {
			t.Errorf("%s: %s; asked at %v", s, reason, at)
		}
	})
}

// A receiver and an authorization endpoint have 5 s each.
func TestNoAnswer(t *testing.T) {
	t.Parallel()
	hang := func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // from here on the server sees that the caller has gone
		<-r.Context().Done()
	}
	bubble(t, hang, func(t *testing.T, r *rig) {
		arn := r.destination("d", new(r.connection("c", basicAuth)).ARN(), "http://127.0.0.1/hook")
		begin := time.Now()
		err := r.send(arn)
		if took := time.Since(begin); err == nil || took != 5*time.Second {
			t.Errorf("%v after %v", err, took)
		}
	})
}

// A destination's calls begin at its rate; what waits has no attempt counted,
// and an update of the rate holds for the next call.
func TestRate(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var at []time.Duration
	var begin time.Time
	h := func(http.ResponseWriter, *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		at = append(at, time.Since(begin))
	}
	bubble(t, h, func(t *testing.T, r *rig) {
		arn := r.destination("d", new(r.connection("c", basicAuth)).ARN(), "http://127.0.0.1/hook")
		if _, err := r.UpdateDestination(t.Context(), name("d"), destination.Change{Rate: 2}); err != nil {
			t.Fatal(err)
		}
		e, outbox, stop := r.engine()
		defer stop()
		begin = time.Now()
		err := r.db.Update(t.Context(), func(tx *catalog.Tx) error {
			for i := range 7 {
				if err := outbox.Enqueue(tx, targets.Delivery{ID: fmt.Sprint(i), Tenant: tenant, Target: arn, Message: "{}"}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(2250 * time.Millisecond)
		synctest.Wait()
		if got := fmt.Sprint(at); got != "[0s 500ms 1s 1.5s 2s]" {
			t.Errorf("called at %v", got)
		}
		if _, err := r.UpdateDestination(t.Context(), name("d"), destination.Change{Rate: 1}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := fmt.Sprint(at); got != "[0s 500ms 1s 1.5s 2s 2.5s 3.5s]" {
			t.Errorf("called at %v", got)
		}
		if s := e.Stats(); s.Attempts != 7 || s.Delivered != 7 {
			t.Errorf("%+v", s)
		}
	})
}
