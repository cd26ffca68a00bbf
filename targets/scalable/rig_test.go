package scalable

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"go.uber.org/goleak"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/metric"
	"skywatch/schedule/ticker"
	"skywatch/targets"
	"skywatch/targets/driver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var tenant = metric.Tenant{Account: "123456789012", Region: "us-east-1"}

var web = Name{tenant, "ecs", "service/prod/web", "ecs:service:DesiredCount"}

// world has the resource that a driver changes: it survives every crash of the
// service.
type world struct {
	mu       sync.Mutex
	capacity int
	// set are the capacities that were asked for, by activity: one that asks for
	// two is a fault.
	set     map[string]int
	orders  []int
	clashes int
	// slow resources are Pending until they are fulfilled by hand.
	slow    bool
	actual  int
	trouble func() trouble
}

type trouble int

const (
	none   trouble = iota
	refuse         // nothing happens, and the driver says so
	lost           // nothing happens, and nobody knows
	silent         // it happens, and nobody knows
)

func said(t trouble) error {
	switch t {
	case none:
		return nil
	case refuse:
		return errors.New("no room")
	}
	return driver.Unknown(errors.New("no answer"))
}

func newWorld(capacity int) *world {
	return &world{capacity: capacity, actual: capacity, set: map[string]int{}, trouble: func() trouble { return none }}
}

func (w *world) report() Capacity {
	c := Capacity{Desired: w.capacity, Actual: w.actual, Progress: Successful}
	if w.actual != w.capacity {
		c.Progress = InProgress
	}
	return c
}

func (w *world) Capacity(context.Context, Name) (Capacity, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.report(), said(w.trouble())
}

func (w *world) Set(_ context.Context, o Order) (*Capacity, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if to, ok := w.set[o.Activity]; ok && to != o.To {
		w.clashes++
	}
	w.set[o.Activity] = o.To
	what := w.trouble()
	if what == none || what == silent {
		w.capacity = o.To
		w.orders = append(w.orders, o.To)
		if !w.slow {
			w.actual = o.To
		}
	}
	if what != none {
		return nil, said(what)
	}
	c := w.report()
	return &c, nil
}

// has returns the capacity that was set last.
func (w *world) has() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.capacity
}

// change lets fn alter the world.
func (w *world) change(fn func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	fn()
}

// rig is a service with a ticker over a catalog in memory. It runs in a bubble
// of synctest, whose clock is the machine's.
type rig struct {
	*Service
	t     testing.TB
	world *world
	stop  func()

	mu     sync.Mutex
	events []event.Event
}

func newRig(t testing.TB, fs vfs.FS, w *world) *rig {
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, world: w}
	plans := ticker.NewPlans()
	r.Service = New(Options{Catalog: db, Events: r, Plans: plans, Drivers: func(Name) Driver {
		if w == nil {
			return nil
		}
		return w
	}})
	tick := ticker.New(ticker.Options{Catalog: db, Plans: plans, Clock: targets.SystemClock{}, Owners: map[string]ticker.Owner{Owner: r.Owner()}})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, run := range []func(context.Context) error{r.Run, tick.Run} {
		running.Go(func() {
			if err := run(ctx); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
		})
	}
	r.stop = func() {
		cancel()
		running.Wait()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	return r
}

// inBubble runs a test with a target of the given bounds.
func inBubble(t *testing.T, w *world, least, most int, test func(*rig)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, vfs.NewMem(), w)
		defer r.stop()
		r.register(least, most)
		test(r)
	})
}

// Publish implements Events.
func (r *rig) Publish(tx *catalog.Tx, all ...event.Event) error {
	tx.After(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.events = append(r.events, all...)
	})
	return nil
}

func (r *rig) published() []event.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.events)
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) register(least, most int) {
	r.t.Helper()
	_, err := r.Register(r.t.Context(), web, Registration{Min: &least, Max: &most})
	r.must(err)
	synctest.Wait()
}

// policy puts a step policy and returns its ARN.
func (r *rig) policy(name string, s Settings) string {
	r.t.Helper()
	p, err := r.PutPolicy(r.t.Context(), web, name, StepScaling, &s)
	r.must(err)
	return p.ARN()
}

// alarm delivers what an alarm sends to a policy whose metric is away from the
// threshold, and waits for what comes of it.
func (r *rig) alarm(arn string, distance float64) {
	r.t.Helper()
	r.must(r.deliver(arn, distance))
	synctest.Wait()
}

func (r *rig) deliver(arn string, distance float64) error {
	b, _ := json.Marshal(map[string]any{"recentDatapoints": []float64{50 + distance}, "threshold": 50})
	d := targets.Delivery{
		ID: fmt.Sprint(time.Now().UnixNano()), Tenant: tenant, Target: arn, Parameters: b,
		Message: `{"AlarmName":"busy","NewStateValue":"ALARM","Trigger":{"EvaluationPeriods":1,"Threshold":50}}`,
	}
	return r.Catalog.Update(r.t.Context(), func(tx *catalog.Tx) error { return r.Deliver(tx, d) })
}

func (r *rig) is(want int) {
	r.t.Helper()
	synctest.Wait()
	if got := r.world.has(); got != want {
		r.t.Errorf("the capacity is %d, want %d", got, want)
	}
}

// told lists the activities, the newest first, one a line.
func (r *rig) told(notScaled bool) (lines []string) {
	r.t.Helper()
	synctest.Wait()
	all, err := r.Activities(tenant, Scope{Namespace: "ecs"}, notScaled)
	r.must(err)
	for _, a := range all {
		line := fmt.Sprintf("%s | %s | %s | %s", a.Status, a.Description, a.Cause, a.Message)
		for _, reason := range a.NotScaled {
			line += " | " + reason.Code
		}
		lines = append(lines, line)
	}
	return lines
}
