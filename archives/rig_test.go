package archives_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/archives"
	"skywatch/catalog"
	"skywatch/event"
	"skywatch/internal/fault"
	"skywatch/journal"
	"skywatch/metric"
	"skywatch/rules"
	"skywatch/targets"
)

var tenant = metric.Tenant{Account: "123456789012", Region: "us-east-1"}

const (
	defaultBus = "arn:aws:events:us-east-1:123456789012:event-bus/default"
	queueARN   = "arn:aws:sqs:us-east-1:123456789012:q"
)

// rig is a house with buses, archives, and one queue for all targets.
type rig struct {
	*archives.Service
	t       *testing.T
	db      *catalog.DB
	journal *journal.DB
	rules   *rules.Service
	stop    func()

	mu   sync.Mutex
	sent []targets.Delivery
	down bool // the queue takes nothing
}

// newRig opens a house on a disk and sets it to work.
func newRig(t *testing.T, fs vfs.FS, change ...func(*archives.Options)) *rig {
	t.Helper()
	r := &rig{t: t}
	var err error
	if r.db, err = catalog.Open(catalog.Options{Dir: "catalog", FS: fs}); err != nil {
		t.Fatal(err)
	}
	if r.journal, err = journal.Open(journal.Options{Dir: "journal", FS: fs}); err != nil {
		t.Fatal(err)
	}
	outbox := targets.NewOutbox(nil)
	if r.rules, err = rules.New(rules.Options{Catalog: r.db, Outbox: outbox}); err != nil {
		t.Fatal(err)
	}
	o := archives.Options{Catalog: r.db, Journal: r.journal, Rules: r.rules}
	for _, f := range change {
		f(&o)
	}
	if r.Service, err = archives.New(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	engine := targets.New(targets.Options{
		Catalog: r.db, Outbox: outbox, Random: func() float64 { return 1 },
		Targets: map[targets.Kind]targets.Target{
			targets.Queue:   targets.Direct(r.deliver),
			targets.Archive: targets.Idempotent(r.Take),
			targets.Bus:     targets.Inside(r.rules.Deliver),
		},
		Outcomes: map[string]func(*catalog.Tx, targets.Outcome) error{rules.DeliveryKind: r.Ended},
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, run := range []func(context.Context) error{engine.Run, r.Run} {
		running.Go(func() {
			if err := run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	r.stop = func() {
		cancel()
		running.Wait()
		if err := errors.Join(r.db.Close(), r.journal.Close()); err != nil {
			t.Error(err)
		}
	}
	return r
}

func (r *rig) deliver(tx *catalog.Tx, d targets.Delivery) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.down {
		return errors.New("down")
	}
	tx.After(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.sent = append(r.sent, d)
	})
	return nil
}

func (r *rig) setDown(down bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down = down
}

// received returns what the queue got since the last call.
func (r *rig) received() []targets.Delivery {
	r.mu.Lock()
	defer r.mu.Unlock()
	sent := r.sent
	r.sent = nil
	return sent
}

// bubble runs f in a house with virtual time.
func bubble(t *testing.T, f func(t *testing.T, r *rig), change ...func(*archives.Options)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, vfs.NewMem(), change...)
		synctest.Wait() // the sweep at the start is over: it finds no archive
		f(t, r)
		r.stop()
	})
}

func name(n string) archives.Name { return archives.Name{Tenant: tenant, Name: n} }

func bus(n string) rules.BusName { return rules.BusName{Tenant: tenant, Bus: n} }

func archiveARN(n string) string { return "arn:aws:events:us-east-1:123456789012:archive/" + n }

// archive makes an archive of the default bus.
func (r *rig) archive(a archives.Archive) archives.Archive {
	r.t.Helper()
	if a.Tenant == (metric.Tenant{}) {
		a.Tenant = tenant
	}
	made, err := r.Create(r.t.Context(), a, defaultBus)
	if err != nil {
		r.t.Fatal(err)
	}
	return made
}

// toQueue makes a rule that sends what matches to the queue.
func (r *rig) toQueue(n, pattern string) string {
	r.t.Helper()
	rule := rules.RuleName{BusName: bus("default"), Rule: n}
	if err := r.rules.PutRule(r.t.Context(), rules.Rule{RuleName: rule, Pattern: pattern}); err != nil {
		r.t.Fatal(err)
	}
	if err := r.rules.PutTargets(r.t.Context(), rule, []rules.Target{{ID: "q", ARN: queueARN}}); err != nil {
		r.t.Fatal(err)
	}
	return rule.ARN()
}

// put puts events of a source with the given times, and returns their IDs.
func (r *rig) put(source string, times ...time.Time) (ids []string) {
	r.t.Helper()
	for len(times) > 0 {
		n := min(10, len(times))
		var entries []rules.Entry
		for _, at := range times[:n] {
			entries = append(entries, rules.Entry{Source: source, DetailType: "d", Detail: `{"n":1}`, Time: at})
		}
		results, err := r.rules.PutEvents(r.t.Context(), tenant, entries)
		if err != nil {
			r.t.Fatal(err)
		}
		for _, got := range results {
			if got.Code != "" {
				r.t.Fatalf("put: %+v", got)
			}
			ids = append(ids, got.EventID)
		}
		times = times[n:]
	}
	return ids
}

// replay starts a replay of the archive "a" on the default bus.
func (r *rig) replay(p archives.Replay) {
	r.t.Helper()
	p.Tenant = tenant
	if _, err := r.Start(r.t.Context(), p, archiveARN("a"), defaultBus); err != nil {
		r.t.Fatal(err)
	}
}

// state holds the state of a replay and returns it.
func (r *rig) state(n string, want archives.ReplayState) archives.Replay {
	r.t.Helper()
	p, err := r.Service.Replay(name(n))
	if err != nil || p.State != want {
		r.t.Errorf("replay %s is %s (%s), %v; want %s", n, p.State, p.Reason, err, want)
	}
	return p
}

func eventOf(t *testing.T, d targets.Delivery) event.Event {
	t.Helper()
	var e event.Event
	if err := json.Unmarshal([]byte(d.Message), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// refused holds the kind, subject and text of a refusal.
func refused(t *testing.T, what string, err error, kind fault.Kind, subject, text string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != kind || f.Subject != subject || f.Message != text {
		t.Errorf("%s: %v; want %q", what, err, text)
	}
}
