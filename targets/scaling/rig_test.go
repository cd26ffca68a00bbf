package scaling

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"
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

func named(name string) GroupName { return GroupName{tenant, name} }

// world is what a driver changes: it survives every crash of the service.
type world struct {
	mu      sync.Mutex
	running map[string]bool
	done    map[string]string // activity -> instance
	made    int
	calls   int
	closed  string // a zone without room
	// trouble decides what goes wrong with a call, if anything.
	trouble func() trouble
}

type trouble int

const (
	none   trouble = iota
	refuse         // nothing happens, and the driver says so
	lost           // nothing happens, and nobody knows
	silent         // it happens, and nobody knows
	mumble         // it happens, and the answer has no identifier
)

func newWorld() *world {
	return &world{running: map[string]bool{}, done: map[string]string{}, trouble: func() trouble { return none }}
}

func (w *world) Launch(_ context.Context, o Order) (Launched, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls++
	if id, ok := w.done[o.Activity]; ok {
		return Launched{ID: id}, nil
	}
	what := w.trouble()
	if w.closed != "" && o.Zone == w.closed {
		what = refuse
	}
	if err := said(what); what == refuse || what == lost {
		return Launched{}, err
	}
	w.made++
	id := "i-" + count(1000+w.made)
	w.running[id], w.done[o.Activity] = true, id
	if what == mumble {
		return Launched{ID: "which is it?"}, nil
	}
	return Launched{ID: id}, said(what)
}

func said(t trouble) error {
	switch t {
	case none, mumble:
		return nil
	case refuse:
		return errors.New("no room")
	}
	return driver.Unknown(errors.New("no answer"))
}

func (w *world) Terminate(_ context.Context, o Order) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls++
	what := w.trouble()
	if what == none || what == silent || what == mumble {
		delete(w.running, o.Instance)
	}
	return said(what)
}

func (w *world) List(context.Context, GroupName, []string) (out []Listed, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id := range w.running {
		out = append(out, Listed{ID: id})
	}
	return out, nil
}

// now returns what runs.
func (w *world) now() map[string]bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.running)
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
	sent   []targets.Delivery
}

func newRig(t testing.TB, fs vfs.FS, w *world) *rig {
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, world: w}
	plans := ticker.NewPlans()
	r.Service = New(Options{Catalog: db, Outbox: r, Events: r, Plans: plans, Drivers: func(GroupName) Driver {
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

// Publish implements Events.
func (r *rig) Publish(tx *catalog.Tx, all ...event.Event) error {
	tx.After(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.events = append(r.events, all...)
	})
	return nil
}

// Enqueue implements Outbox.
func (r *rig) Enqueue(tx *catalog.Tx, all ...targets.Delivery) error {
	tx.After(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.sent = append(r.sent, all...)
	})
	return nil
}

func (r *rig) deliveries() []targets.Delivery {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.sent)
}

// types counts the events by detail-type.
func (r *rig) types() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := map[string]int{}
	for _, e := range r.events {
		out[e.DetailType]++
	}
	return out
}

func sized(least, most, desired int) Change {
	return Change{LaunchConfiguration: new("lc"), Min: &least, Max: &most, Desired: &desired, Zones: []string{"a", "b"}, DefaultCooldown: new(300)}
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) group(name string) View {
	r.t.Helper()
	all, err := r.Groups(tenant, []string{name})
	r.must(err)
	if len(all) != 1 {
		r.t.Fatalf("there are %d groups of the name %s", len(all), name)
	}
	return all[0]
}

// serving counts the instances in service.
func (r *rig) serving(name string) (n int) {
	r.t.Helper()
	for _, i := range r.group(name).Instances {
		if i.State == InService {
			n++
		}
	}
	return n
}

func (r *rig) is(name string, desired int) {
	r.t.Helper()
	time.Sleep(time.Second)
	if g := r.group(name); g.Desired != desired || r.serving(name) != desired {
		r.t.Errorf("desired %d, in service %d, want %d: %s", g.Desired, r.serving(name), desired, g.Why)
	}
}

func (r *rig) activities(name string) []Told {
	r.t.Helper()
	all, err := r.Activities(tenant, ActivityFilter{Group: name})
	r.must(err)
	return all
}

// putPolicy makes a policy and returns its ARN.
func (r *rig) putPolicy(n GroupName, name string, s PolicySettings) (string, error) {
	p, err := r.PutPolicy(r.t.Context(), n, name, s)
	if err != nil {
		return "", err
	}
	return p.ARN(n), nil
}
