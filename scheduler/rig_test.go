package scheduler_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"go.uber.org/goleak"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/schedule/ticker"
	"skywatch/schedule/ticker/tickertest"
	"skywatch/scheduler"
	"skywatch/targets"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	tenant = metric.Tenant{Account: "123456789012", Region: "us-east-1"}
	noon   = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
)

const (
	queueARN = "arn:aws:sqs:us-east-1:123456789012:q"
	roleARN  = "arn:aws:iam::123456789012:role/r"
)

func named(name string) scheduler.Name {
	return scheduler.Name{GroupName: group(scheduler.DefaultGroup), Schedule: name}
}

func group(name string) scheduler.GroupName {
	return scheduler.GroupName{Tenant: tenant, Group: name}
}

// defined is a schedule that sends its planned time to a queue.
func defined(expression string) scheduler.Definition {
	return scheduler.Definition{
		Expression: expression, Timezone: "UTC", State: scheduler.Enabled, Completion: scheduler.Keep,
		Target: scheduler.Target{
			ARN: queueARN, RoleARN: roleARN, Input: "<aws.scheduler.scheduled-time>", MaxRetries: 185, MaxAgeSeconds: 86400,
		},
	}
}

// arrived counts what was enqueued, by cause and message, on the disk of the
// schedules: what a crash takes back is taken back here.
var arrived = catalog.Table[int]{Name: "arrived"}

// rig is a service with a ticker over a catalog in memory, and the outbox that
// hears of it.
type rig struct {
	*scheduler.Service
	t     *testing.T
	fs    vfs.FS
	clock *tickertest.Hand
	db    *catalog.DB
	tick  *ticker.Ticker
	limit scheduler.Limits

	mu   sync.Mutex
	sent []targets.Delivery

	stop func()
}

func newRig(t *testing.T, fs vfs.FS, now time.Time, limit ...scheduler.Limits) *rig {
	t.Helper()
	r := &rig{t: t, fs: fs, clock: tickertest.NewHand(now)}
	if len(limit) > 0 {
		r.limit = limit[0]
	}
	r.open()
	t.Cleanup(func() { r.close() })
	return r
}

// Enqueue implements scheduler.Outbox.
func (r *rig) Enqueue(tx *catalog.Tx, ds ...targets.Delivery) error {
	for _, d := range ds {
		n, _, err := arrived.Get(tx, d.Cause, d.Message)
		if err != nil {
			return err
		}
		if err := arrived.Put(tx, n+1, d.Cause, d.Message); err != nil {
			return err
		}
		tx.After(func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.sent = append(r.sent, d)
		})
	}
	return nil
}

// open sets a service and a ticker to work.
func (r *rig) open() {
	r.t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: r.fs})
	if err != nil {
		r.t.Fatal(err)
	}
	plans := ticker.NewPlans()
	r.db = db
	r.Service = scheduler.New(scheduler.Options{Catalog: db, Outbox: r, Plans: plans, Clock: r.clock, Limits: r.limit})
	r.tick = ticker.New(ticker.Options{
		Catalog: db, Plans: plans, Clock: r.clock, Owners: map[string]ticker.Owner{scheduler.Owner: r.Owner()},
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, run := range []func(context.Context) error{r.tick.Run, r.Run} {
		running.Go(func() {
			if err := run(ctx); err != nil {
				r.t.Error(err)
			}
		})
	}
	r.stop = func() {
		cancel()
		running.Wait()
	}
}

func (r *rig) close() {
	r.stop()
	if err := r.db.Close(); err != nil {
		r.t.Error(err)
	}
}

// settle waits until what is due was done, and returns when something is due
// again, zero for never.
func (r *rig) settle() time.Time {
	r.t.Helper()
	next, err := r.tick.Settle(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return next
}

// until lets time pass, from one thing that is due to the next.
func (r *rig) until(end time.Time) {
	r.t.Helper()
	for {
		next := r.settle()
		if next.IsZero() || next.After(end) {
			r.clock.Set(end)
			r.settle()
			return
		}
		r.clock.Set(next)
	}
}

// down lets time pass while nothing runs.
func (r *rig) down(end time.Time) {
	r.t.Helper()
	r.close()
	r.clock.Set(end)
	r.open()
	r.settle()
}

// took returns what was sent since the last call.
func (r *rig) took() []targets.Delivery {
	r.mu.Lock()
	defer r.mu.Unlock()
	sent := r.sent
	r.sent = nil
	return sent
}

func (r *rig) create(n scheduler.Name, d scheduler.Definition) {
	r.t.Helper()
	if err := r.CreateSchedule(r.t.Context(), n, d, ""); err != nil {
		r.t.Fatal(err)
	}
}
