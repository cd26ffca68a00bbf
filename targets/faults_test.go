package targets_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/targets"
)

// receiver is an HTTP server on pipes, so that its time is virtual too.
type receiver struct {
	conns   chan net.Conn
	closed  chan struct{}
	refuses atomic.Bool
}

func (l *receiver) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *receiver) Close() error   { close(l.closed); return nil }
func (l *receiver) Addr() net.Addr { return &net.TCPAddr{} }

func (l *receiver) dial(context.Context, string, string) (net.Conn, error) {
	if l.refuses.Load() {
		return nil, errors.New("connection refused")
	}
	here, there := net.Pipe()
	l.conns <- there
	return here, nil
}

// post carries a delivery to it, as an API destination is called: 5 s at most.
func post(client *http.Client) func(context.Context, targets.Delivery) error {
	return func(ctx context.Context, d targets.Delivery) error {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://receiver/", bytes.NewReader([]byte(d.Message)))
		if err != nil {
			return err
		}
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			return err
		}
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("the endpoint answered %d", resp.StatusCode)
		}
		return nil
	}
}

// Each kind of broken receiver fails three times and then works.
func TestReceivers(t *testing.T) {
	t.Parallel()
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	for _, c := range []struct {
		name    string
		broken  http.HandlerFunc // nil: refuses connections
		took    time.Duration    // an attempt
		code    string
		message string
	}{
		{"500 three times", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, 0, targets.ServerError, "answered 500"},
		{"hanging", hang, 5 * time.Second, targets.Timeout, "deadline exceeded"},
		{"closing in the middle", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("half"))
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}, 0, targets.ServerError, "EOF"},
		{"refusing", nil, 0, targets.ServerError, "connection refused"},
		{"slow", func(w http.ResponseWriter, r *http.Request) {
			for range 10 {
				_, _ = w.Write([]byte("."))
				_ = http.NewResponseController(w).Flush()
				select {
				case <-time.After(time.Second):
				case <-r.Context().Done():
					return
				}
			}
		}, 5 * time.Second, targets.Timeout, "deadline exceeded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, r *rig) {
				var calls atomic.Int64
				l := &receiver{conns: make(chan net.Conn), closed: make(chan struct{})}
				web := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
					if calls.Load() <= 3 && c.broken != nil {
						c.broken(w, r)
					}
				})}
				served := make(chan error)
				go func() { served <- web.Serve(l) }()
				transport := &http.Transport{DialContext: l.dial, DisableKeepAlives: true}
				send := post(&http.Client{Transport: transport})
				r.outside = func(ctx context.Context, d targets.Delivery) error {
					l.refuses.Store(calls.Add(1) <= 3 && c.broken == nil)
					return send(ctx, d)
				}
				r.run()
				r.put(targets.Delivery{ID: "x", Target: outsideA, Message: "m"})
				time.Sleep(time.Minute)

				e := r.list(targets.LogQuery{})[0]
				if e.Status != targets.Delivered || e.Attempts != 4 || len(e.Tried) != 4 {
					t.Fatalf("%+v", e)
				}
				at := e.Tried[0].At
				for i, a := range e.Tried[:3] {
					if a.Code != c.code || !strings.Contains(a.Error, c.message) || a.Took != c.took.Milliseconds() || !a.At.Equal(at) {
						t.Errorf("attempt %d after %v: %+v", i+1, a.At.Sub(e.Tried[0].At), a)
					}
					at = a.At.Add(c.took + time.Second<<i)
				}
				_ = web.Close()
				<-served
			})
		})
	}
}

// A thousand targets hang. The one that lives does not notice, from the moment
// they die.
func TestThousandDeadTargets(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.engine.Workers = 128
		r.outside = func(ctx context.Context, d targets.Delivery) error {
			if d.Target == outsideB {
				return nil
			}
			select {
			case <-time.After(15 * time.Second):
				return context.DeadlineExceeded
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		r.run()
		r.enqueue(outsideB, "first")
		synctest.Wait()
		for i := range 1000 {
			for j := range 2 {
				r.enqueue(fmt.Sprintf("arn:aws:outside:%sdead%d", tenantARN, i), fmt.Sprintf("dead%d-%d", i, j))
			}
		}
		const n = 600
		for i := range n {
			r.put(targets.Delivery{ID: fmt.Sprintf("live%d", i), Target: outsideB, Cause: ruleARN})
			time.Sleep(500 * time.Millisecond)
		}
		var took []time.Duration
		for _, e := range r.list(targets.LogQuery{Target: outsideB, Cause: ruleARN, Status: targets.Delivered, Limit: 1000}) {
			took = append(took, e.Ended.Sub(e.Created))
		}
		slices.Sort(took)
		if len(took) != n || took[n*99/100] >= time.Second {
			t.Errorf("%d of %d delivered; p99 %v", len(took), n, took[len(took)*99/100])
		}
		if s := r.engine.Stats(); s.Attempts < n+1000 {
			t.Errorf("the dead are not asked any more: %+v", s)
		}
	})
}

// A thousand targets that lived until now begin to hang, all at once and with
// much waiting for each. The one that goes on living is not held up, and of the
// others no more are under way than Workers and Slow allow.
func TestThousandTargetsDieAtOnce(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.engine.Workers, r.engine.Slow = 128, 1024
		var dead atomic.Bool
		var hanging, most atomic.Int64
		r.outside = func(ctx context.Context, d targets.Delivery) error {
			if d.Target == outsideB || !dead.Load() {
				time.Sleep(10 * time.Millisecond)
				return nil
			}
			defer hanging.Add(-1)
			most.Store(max(most.Load(), hanging.Add(1)))
			time.Sleep(15 * time.Second)
			return context.DeadlineExceeded
		}
		r.run()
		const dying = 1000
		send := func(what string, n int) {
			for i := range dying {
				for j := range n {
					r.enqueue(fmt.Sprintf("arn:aws:outside:%sdead%d", tenantARN, i), fmt.Sprintf("%s%d-%d", what, i, j))
				}
			}
		}
		r.enqueue(outsideB, "first")
		send("alive", 2)
		time.Sleep(time.Minute)
		dead.Store(true)
		send("dead", 5)
		const n = 600
		for i := range n {
			r.put(targets.Delivery{ID: fmt.Sprintf("live%d", i), Target: outsideB, Cause: ruleARN})
			time.Sleep(100 * time.Millisecond)
		}
		var took []time.Duration
		for _, e := range r.list(targets.LogQuery{Target: outsideB, Cause: ruleARN, Status: targets.Delivered, Limit: 1000}) {
			took = append(took, e.Ended.Sub(e.Created))
		}
		if slices.Sort(took); len(took) != n {
			t.Fatalf("%d of %d delivered", len(took), n)
		}
		if p99 := took[n*99/100]; p99 >= time.Second {
			t.Errorf("p50 %v, p99 %v, longest %v", took[n/2], p99, took[n-1])
		}
		if m := most.Load(); m > 128+1024 || m < dying/2 {
			t.Errorf("%d hung at once", m)
		}
		t.Logf("longest %v; %d hung at once", took[len(took)-1], most.Load())
	})
}

// A target is down for a day: whatever was meant for it is in the dead-letter
// queue, with everything that 4.1 says, and nothing was tried beside its limits.
func TestDayOfRetries(t *testing.T) {
	t.Parallel()
	clock := &handClock{} // a bubble's would wake the store's own timers a million times
	clock.at.Store(1_800_000_000_000)
	r := newRigAt(t, vfs.NewMem(), clock)
	r.outside = func(context.Context, targets.Delivery) error { return errDown }
	r.run()
	defer r.close()
	names := many("d", 12)
	for _, id := range names {
		r.put(targets.Delivery{ID: id, Target: outsideA, Message: "m", Original: "event " + id, Cause: ruleARN, DeadLetter: queueARN})
	}
	r.untilNothingWaits(clock, 10*time.Minute)
	for _, id := range names {
		letter, ok := r.letterOf(id)
		a := letter.Attributes
		if !ok || letter.Message != "event "+id || a["RULE_ARN"].String != ruleARN || a["TARGET_ARN"].String != outsideA ||
			a["ERROR_CODE"].String != "SDK_SERVER_ERROR" || a["ERROR_MESSAGE"].String != "down" ||
			a["EXHAUSTED_RETRY_CONDITION"].String != "MaximumEventAgeInSeconds" || a["RETRY_ATTEMPTS"].String == "" {
			t.Fatalf("%s: letter %v %+v", id, ok, letter)
		}
	}
	sent := r.sent()
	if last := sent[len(sent)-1]; last.at > 24*time.Hour || last.at < 24*time.Hour-11*time.Minute || last.attempt > targets.MaxRetries+1 {
		t.Errorf("last attempt %+v", last)
	}
	firstHour := 0
	for _, s := range sent {
		if s.at <= time.Hour {
			firstHour++
		}
	}
	if most := 3600/30 + 10; firstHour > most || firstHour < most-20 {
		t.Errorf("%d attempts in the first hour, the breaker lets %d through", firstHour, most)
	}
}
