package topic_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"go.uber.org/goleak"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets"
	"skywatch/targets/queue"
	"skywatch/targets/topic"
	"skywatch/targets/webhook"
)

// signer is made once: a key takes its time.
var signer *topic.Signer

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "topic-test-")
	if err != nil {
		panic(err)
	}
	if signer, err = topic.OpenSigner(filepath.Join(dir, "key.pem")); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(dir)
		os.Exit(code)
	}))
}

var tenant = metric.Tenant{Account: "123456789012", Region: "us-east-1"}

func name(t string) topic.Name { return topic.Name{Tenant: tenant, Topic: t} }

// clock stands still until it is told to go on.
type clock struct {
	mu      sync.Mutex
	changed *sync.Cond
	at      time.Time
	alarms  map[chan time.Time]time.Time
}

func newClock() *clock {
	c := &clock{at: time.Date(2026, 11, 22, 12, 0, 0, 123e6, time.UTC), alarms: map[chan time.Time]time.Time{}}
	c.changed = sync.NewCond(&c.mu)
	return c
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) Wake(t time.Time) (<-chan time.Time, func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ch := make(chan time.Time, 1)
	if !t.After(c.at) {
		ch <- c.at
		return ch, func() {}
	}
	c.alarms[ch] = t
	c.changed.Broadcast()
	return ch, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.alarms, ch)
	}
}

// advance waits until somebody sleeps until exactly d from now, and wakes him.
func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	to := c.at.Add(d)
	for {
		for _, t := range c.alarms {
			if t.Equal(to) {
				c.set(to)
				return
			}
		}
		c.changed.Wait()
	}
}

func (c *clock) jump(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(c.at.Add(d))
}

func (c *clock) set(to time.Time) {
	c.at = to
	for ch, t := range c.alarms {
		if !t.After(to) {
			ch <- to
			delete(c.alarms, ch)
		}
	}
}

// call is what a receiver got.
type call struct {
	header http.Header
	body   string
}

// rig is the whole path: topics, queues, the engine, the client.
type rig struct {
	t        *testing.T
	clock    *clock
	db       *catalog.DB
	outbox   *targets.Outbox
	topics   *topic.Service
	queues   *queue.Service
	engine   *targets.Engine
	outcomes chan targets.Outcome
	client   *webhook.Client
	stop     func()
}

func newRig(t *testing.T, fs vfs.FS, more ...func(map[targets.Kind]targets.Target)) *rig {
	t.Helper()
	r := buildRig(t, fs, more...)
	r.run()
	return r
}

// buildRig is a rig whose engine stands still until run: what is changed in it
// before then holds for deliveries that a rig before it has left.
func buildRig(t *testing.T, fs vfs.FS, more ...func(map[targets.Kind]targets.Target)) *rig {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "c", FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, clock: newClock(), db: db, outcomes: make(chan targets.Outcome, 1000)}
	r.outbox = targets.NewOutbox(r.clock)
	r.queues = queue.New(queue.Options{Catalog: db, Clock: r.clock})
	client := webhook.New(webhook.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	r.topics = topic.New(topic.Options{
		Catalog: db, Outbox: r.outbox, HTTP: client, Signer: signer, Clock: r.clock,
	})
	hear := func(tx *catalog.Tx, o targets.Outcome) error {
		tx.After(func() { r.outcomes <- o })
		return nil
	}
	all := map[targets.Kind]targets.Target{
		targets.Topic: targets.Inside(r.topics.Deliver), targets.Queue: targets.Direct(r.queues.Deliver),
		targets.Subscription: targets.Outside(r.topics.Send).Paced(r.topics.Pace),
	}
	for _, add := range more {
		add(all)
	}
	r.engine = targets.New(targets.Options{
		Catalog: db, Outbox: r.outbox, Clock: r.clock, Random: func() float64 { return 1 }, Targets: all,
		Outcomes: map[string]func(*catalog.Tx, targets.Outcome) error{topic.DeliveryKind: hear, "test": hear},
	})
	r.client = client
	return r
}

func (r *rig) run() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- r.engine.Run(ctx) }()
	r.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			r.t.Error(err)
		}
		r.client.Close()
		if err := r.db.Close(); err != nil {
			r.t.Error(err)
		}
	})
	r.t.Cleanup(r.stop)
}

// receiver is an http subscriber that answers with what answer says.
func (r *rig) receiver(answer func(n int, w http.ResponseWriter)) (url string, calls chan call) {
	r.t.Helper()
	calls = make(chan call, 100)
	var mu sync.Mutex
	n := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		calls <- call{req.Header, string(body)}
		mu.Lock()
		n++
		at := n
		mu.Unlock()
		if answer != nil {
			answer(at, w)
		}
	}))
	r.t.Cleanup(s.Close)
	return s.URL + "/hook", calls
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) topic(t string) topic.Name {
	r.t.Helper()
	r.must(r.topics.Create(r.t.Context(), name(t), nil, nil))
	return name(t)
}

// subscribe makes a confirmed http subscription.
func (r *rig) subscribe(n topic.Name, endpoint string, attributes map[string]string, calls chan call) topic.Subscription {
	r.t.Helper()
	sub, err := r.topics.Subscribe(r.t.Context(), n, "http", endpoint, attributes, base)
	r.must(err)
	<-calls
	r.ended("")
	_, err = r.topics.Confirm(r.t.Context(), n, sub.Token, false, false)
	r.must(err)
	return sub
}

const base = "http://127.0.0.1:4582"

func (r *rig) publish(n topic.Name, m topic.Message) string {
	r.t.Helper()
	is, err := r.topics.Publish(r.t.Context(), n, m)
	r.must(err)
	return is.MessageID
}

// ended waits for the next delivery to end, and checks how.
func (r *rig) ended(want string) targets.Outcome {
	r.t.Helper()
	o := <-r.outcomes
	if o.Err != want {
		r.t.Errorf("%s to %s ended with %q, want %q", o.Delivery.ID, o.Delivery.Target, o.Err, want)
	}
	return o
}

func (r *rig) receive(q string) []queue.Received {
	r.t.Helper()
	got, err := r.queues.Receive(r.t.Context(), queue.Name{Tenant: tenant, Queue: q}, queue.Receive{Max: 10})
	r.must(err)
	return got
}

// told spells an error by what it tells a client.
func told(err error) string {
	var f *fault.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &f):
		return f.Message
	default:
		return "internal: " + err.Error()
	}
}
