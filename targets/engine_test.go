package targets_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"go.uber.org/goleak"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	tenantARN = "us-east-1:123456789012:"
	outsideA  = "arn:aws:outside:" + tenantARN + "a"
	outsideB  = "arn:aws:outside:" + tenantARN + "b"
	insideA   = "arn:aws:inside:" + tenantARN + "a"
)

// rig is an engine on a catalog in memory, with one kind of each target.
type rig struct {
	t      *testing.T
	db     *catalog.DB
	outbox *targets.Outbox
	engine *targets.Engine
	stop   func()

	mu       sync.Mutex
	sends    []send
	outcomes []targets.Outcome
	// outside and inside are the targets; nil takes everything.
	outside func(ctx context.Context, d targets.Delivery) error
	inside  func(tx *catalog.Tx, d targets.Delivery) error
	// hear may refuse an outcome.
	hear func(targets.Outcome) error
}

type send struct {
	id      string
	attempt int
	at      time.Duration // since the rig began
}

var told = catalog.Table[int]{Name: "told"}

func newRig(t *testing.T, fs vfs.FS) *rig { return newRigAt(t, fs, targets.SystemClock{}) }

func newRigAt(t *testing.T, fs vfs.FS, clock targets.Clock) *rig {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "c", FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, db: db, outbox: targets.NewOutbox(clock)}
	begin := clock.Now()
	note := func(d targets.Delivery) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.sends = append(r.sends, send{d.ID, d.Attempts, clock.Now().Sub(begin)})
	}
	r.engine = targets.New(targets.Options{
		Catalog: db, Outbox: r.outbox, Clock: clock, Workers: 16,
		Random: func() float64 { return 1 },
		Targets: map[targets.Kind]targets.Target{
			"outside": targets.Outside(func(ctx context.Context, d targets.Delivery) error {
				note(d)
				if r.outside == nil {
					return nil
				}
				return r.outside(ctx, d)
			}),
			"inside": targets.Inside(func(tx *catalog.Tx, d targets.Delivery) error {
				note(d)
				if r.inside == nil {
					return nil
				}
				return r.inside(tx, d)
			}),
			targets.Queue: targets.Inside(func(tx *catalog.Tx, d targets.Delivery) error {
				if d.Target != queueARN {
					return fault.New(fault.NotFound, "no such queue")
				}
				return letters.Put(tx, d, d.ID)
			}),
		},
		Outcomes: map[string]func(*catalog.Tx, targets.Outcome) error{"test": r.outcome},
	})
	return r
}

func (r *rig) outcome(tx *catalog.Tx, o targets.Outcome) error {
	if r.hear != nil {
		if err := r.hear(o); err != nil {
			return err
		}
	}
	n, _, err := told.Get(tx, o.Delivery.ID)
	if err != nil {
		return err
	}
	tx.After(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.outcomes = append(r.outcomes, o)
	})
	return told.Put(tx, n+1, o.Delivery.ID)
}

func (r *rig) run() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- r.engine.Run(ctx) }()
	r.stop = func() {
		cancel()
		if err := <-done; err != nil {
			r.t.Errorf("Run: %v", err)
		}
	}
}

func (r *rig) close() {
	r.stop()
	if err := r.db.Close(); err != nil {
		r.t.Error(err)
	}
}

func (r *rig) enqueue(target string, ids ...string) {
	r.t.Helper()
	for _, id := range ids {
		r.put(targets.Delivery{ID: id, Target: target})
	}
}

func (r *rig) put(d targets.Delivery) {
	r.t.Helper()
	d.Kind, d.Tenant = "test", metric.Tenant{Account: "123456789012", Region: "us-east-1"}
	err := r.db.Update(r.t.Context(), func(tx *catalog.Tx) error { return r.outbox.Enqueue(tx, d) })
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) ended() map[string]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := map[string]string{}
	for _, o := range r.outcomes {
		if _, twice := out[o.Delivery.ID]; twice {
			r.t.Errorf("outcome of %s told twice", o.Delivery.ID)
		}
		out[o.Delivery.ID] = o.Err
	}
	return out
}

func (r *rig) sent() []send {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.sends)
}

// bubble runs f with virtual time.
func bubble(t *testing.T, f func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, vfs.NewMem())
		f(t, r)
		r.close()
	})
}

func TestDelivers(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.enqueue(outsideA, "before") // waits for the engine
		r.run()
		r.enqueue(outsideA, "o1", "o2")
		r.enqueue(insideA, "i1", "i2")
		synctest.Wait()
		for _, id := range []string{"before", "o1", "o2", "i1", "i2"} {
			if text, ok := r.ended()[id]; !ok || text != "" {
				t.Errorf("%s: ended %v with %q", id, ok, text)
			}
		}
		if s := r.engine.Stats(); s != (targets.Stats{Attempts: 5, Delivered: 5}) {
			t.Errorf("stats %+v", s)
		}
	})
}

// handClock is moved by hand; who sleeps by it is woken by Settle.
type handClock struct{ at atomic.Int64 }

func (c *handClock) Now() time.Time { return time.UnixMilli(c.at.Load()) }

func (c *handClock) Wake(time.Time) (<-chan time.Time, func()) { return nil, func() {} }

// untilNothingWaits moves the clock from one attempt to the next; after its
// first hour by the given step at least.
func (r *rig) untilNothingWaits(clock *handClock, step time.Duration) {
	r.t.Helper()
	hour := clock.Now().Add(time.Hour)
	for {
		next, err := r.engine.Settle(r.t.Context())
		if err != nil {
			r.t.Fatal(err)
		}
		if next.IsZero() {
			return
		}
		if now := clock.Now(); now.After(hour) && next.Before(now.Add(step)) {
			next = now.Add(step)
		}
		clock.at.Store(next.UnixMilli())
	}
}

// A day of retries.
func TestBackOff(t *testing.T) {
	t.Parallel()
	clock := &handClock{}
	clock.at.Store(1_800_000_000_000)
	r := newRigAt(t, vfs.NewMem(), clock)
	r.outside = func(context.Context, targets.Delivery) error { return errors.New("down") }
	r.run()
	defer r.close()
	r.enqueue(outsideA, "x")
	r.untilNothingWaits(clock, 0)
	sent := r.sent()
	want, at := []time.Duration{0}, time.Duration(0)
	for n := 0; ; n++ {
		d := 640 * time.Second
		if n < 10 {
			d = min(d, time.Second<<n)
		}
		if at += d; at > 24*time.Hour {
			break
		}
		want = append(want, at)
	}
	for i := range max(len(sent), len(want)) {
		if i >= len(sent) || i >= len(want) || sent[i] != (send{"x", i + 1, want[i]}) {
			t.Fatalf("attempt %d: %+v; %d attempts, want %d", i, sent[min(i, len(sent)-1)], len(sent), len(want))
		}
	}
	wantText := fmt.Sprintf("SDK_SERVER_ERROR: down (gave up after %d attempts: MaximumEventAgeInSeconds)", len(want))
	if got := r.ended()["x"]; got != wantText {
		t.Errorf("outcome %q, want %q", got, wantText)
	}
}

func TestRetry(t *testing.T) {
	t.Parallel()
	twenty := &targets.Retry{Max: 3, MaxAge: time.Hour, Delays: []time.Duration{20 * time.Second}}
	for _, c := range []struct {
		name     string
		retry    *targets.Retry
		fail     func(attempt int) error
		want     []int // seconds
		wantText string
	}{
		{"fixed delays, taken at last", twenty, func(n int) error { return until(4, n, errors.New("500")) }, []int{0, 20, 40, 60}, ""},
		{
			"fixed delays, given up", twenty, func(int) error { return errors.New("500") },
			[]int{0, 20, 40, 60},
			"SDK_SERVER_ERROR: 500 (gave up after 4 attempts: MaximumRetryAttempts)",
		},
		{
			"listed delays", &targets.Retry{Max: 3, MaxAge: time.Hour, Delays: []time.Duration{0, time.Second}},
			func(int) error { return errors.New("500") },
			[]int{0, 0, 1, 2},
			"SDK_SERVER_ERROR: 500 (gave up after 4 attempts: MaximumRetryAttempts)",
		},
		{
			"no retry", &targets.Retry{}, func(int) error { return errors.New("500") },
			[]int{0},
			"SDK_SERVER_ERROR: 500 (gave up after 1 attempts: MaximumRetryAttempts)",
		},
		{"permanent", twenty, func(int) error {
			return &targets.Failure{Code: targets.ClientError, Permanent: true, Err: errors.New("404")}
		}, []int{0}, "SDK_CLIENT_ERROR: 404"},
		{"left alone for as long as it asks", nil, func(n int) error {
			return until(2, n, &targets.Failure{Code: targets.Throttling, After: 90 * time.Second, Err: errors.New("429")})
		}, []int{0, 90}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, r *rig) {
				r.outside = func(_ context.Context, d targets.Delivery) error { return c.fail(d.Attempts) }
				r.run()
				r.put(targets.Delivery{ID: "x", Target: outsideA, Retry: c.retry})
				time.Sleep(5 * time.Minute)
				var got []int
				for i, s := range r.sent() {
					got = append(got, int(s.at/time.Second))
					if s.attempt != i+1 {
						t.Errorf("attempt %d says it is %d", i+1, s.attempt)
					}
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("attempts at %v s, want %v", got, c.want)
				}
				if text, ok := r.ended()["x"]; !ok || text != c.wantText {
					t.Errorf("ended %v with %q", ok, text)
				}
			})
		})
	}
}

// until fails the attempts before the n-th.
func until(n, attempt int, err error) error {
	if attempt < n {
		return err
	}
	return nil
}

// A target inside fails without a trace of what it began.
func TestInsideIsUndone(t *testing.T) {
	t.Parallel()
	effect := catalog.Table[int]{Name: "effect"}
	bubble(t, func(t *testing.T, r *rig) {
		r.inside = func(tx *catalog.Tx, d targets.Delivery) error {
			n, _, err := effect.Get(tx, d.ID)
			if err != nil {
				return err
			}
			if err := effect.Put(tx, n+1, d.ID); err != nil {
				return err
			}
			return until(3, d.Attempts, errors.New("not yet"))
		}
		r.run()
		r.enqueue(insideA, "x")
		time.Sleep(time.Minute)
		if text, ok := r.ended()["x"]; !ok || text != "" {
			t.Errorf("ended %v with %q", ok, text)
		}
		err := r.db.View(func(rd catalog.Reader) error {
			n, _, err := effect.Get(rd, "x")
			if n != 1 {
				t.Errorf("the effect happened %d times", n)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestNobodyCarries(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.run()
		r.enqueue("arn:aws:lambda:us-east-1:123456789012:function:f", "f")
		r.enqueue("nonsense", "n")
		synctest.Wait()
		for id, target := range map[string]string{"f": "arn:aws:lambda:us-east-1:123456789012:function:f", "n": "nonsense"} {
			if got, want := r.ended()[id], "NO_RESOURCE: nothing here carries to "+target; got != want {
				t.Errorf("%s ended with %q", id, got)
			}
		}
	})
}

// An outcome that its cause cannot take does not get lost.
func TestOutcomeIsToldAgain(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		refusals := 2
		r.hear = func(targets.Outcome) error {
			if refusals--; refusals >= 0 {
				return errors.New("busy")
			}
			return nil
		}
		r.run()
		r.enqueue(insideA, "x")
		time.Sleep(time.Minute)
		if _, ok := r.ended()["x"]; !ok {
			t.Error("the outcome was lost")
		}
	})
}

// Hanging targets take neither the turn nor the workers of a living one.
func TestDeadTargetsDoNotSlowOthers(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.outside = func(ctx context.Context, d targets.Delivery) error {
			if d.Target == outsideB {
				return nil
			}
			select {
			case <-time.After(15 * time.Second):
				return errors.New("hangs")
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		r.run()
		for i := range 40 {
			for j := range 20 {
				r.enqueue(fmt.Sprintf("arn:aws:outside:%sdead%d", tenantARN, i), fmt.Sprintf("dead%d-%d", i, j))
			}
		}
		time.Sleep(75 * time.Second) // by now all of them are known: five rounds of the pool
		for i := range 50 {
			begin := time.Now()
			id := fmt.Sprintf("live%d", i)
			r.enqueue(outsideB, id)
			synctest.Wait()
			if _, ok := r.ended()[id]; !ok {
				t.Fatalf("%s waits behind dead targets", id)
			}
			if took := time.Since(begin); took > 0 {
				t.Fatalf("%s took %v", id, took)
			}
			time.Sleep(777 * time.Millisecond)
		}
	})
}

// The deliveries of one busy target leave room for those of another.
func TestFairness(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.outside = func(context.Context, targets.Delivery) error { time.Sleep(time.Second); return nil }
		var ids []string
		for i := range 400 {
			ids = append(ids, fmt.Sprintf("flood%03d", i))
		}
		r.enqueue(outsideA, ids...)
		r.enqueue(outsideB, "late")
		r.run()
		time.Sleep(1500 * time.Millisecond)
		if _, ok := r.ended()["late"]; !ok {
			t.Error("a flood to one target held the other's delivery")
		}
		time.Sleep(3 * time.Second) // 1, 2, 4, 8 and 8 of the flood, one more for each success
		if n := len(r.sent()); n != 1+2+4+8+8+1 {
			t.Errorf("%d sends, want 24", n)
		}
	})
}

func TestStopBreaksOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, vfs.NewMem())
		r.outside = func(ctx context.Context, _ targets.Delivery) error { <-ctx.Done(); return ctx.Err() }
		r.run()
		r.enqueue(outsideA, "x")
		synctest.Wait()
		begin := time.Now()
		r.stop()
		if took := time.Since(begin); took != 5*time.Second {
			t.Errorf("stopping took %v, want the grace of 5 s", took)
		}
		r.outside = nil
		r.run()
		time.Sleep(time.Minute)
		if sent := r.sent(); len(sent) != 2 || sent[1].attempt != 2 {
			t.Errorf("sends %+v", sent)
		}
		r.close()
	})
}

// Everything that came due is done when Settle returns, and Next says when to
// go on.
func TestSettle(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.outside = func(_ context.Context, d targets.Delivery) error {
			time.Sleep(100 * time.Millisecond)
			return until(3, d.Attempts, errors.New("down"))
		}
		r.inside = func(tx *catalog.Tx, d targets.Delivery) error { // as a topic does
			return r.outbox.Enqueue(tx, targets.Delivery{ID: d.ID + "+", Target: outsideA, Kind: "test", Retry: &targets.Retry{Max: 5, MaxAge: time.Hour, Delays: []time.Duration{20 * time.Second}}})
		}
		r.run()
		if next, err := r.engine.Settle(t.Context()); err != nil || !next.IsZero() {
			t.Errorf("idle: %v, %v", next, err)
		}
		begin := time.Now()
		r.enqueue(insideA, "x")
		for attempt := 1; attempt < 3; attempt++ {
			next, err := r.engine.Settle(t.Context())
			if err != nil || len(r.sent()) != attempt+1 {
				t.Fatalf("after attempt %d: %d sends, %v", attempt, len(r.sent()), err)
			}
			want := begin.Add(time.Duration(attempt) * 20100 * time.Millisecond)
			if !next.Equal(want) {
				t.Errorf("next at %v, want %v", next.Sub(begin), want.Sub(begin))
			}
			time.Sleep(time.Until(next))
		}
		if next, err := r.engine.Settle(t.Context()); err != nil || !next.IsZero() || len(r.ended()) != 2 {
			t.Errorf("at the end: %v, %v, %v", next, err, r.ended())
		}
	})
}
