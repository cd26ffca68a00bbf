package rules_test

import (
	"context"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/rules"
	"skywatch/targets"
)

var tenant = metric.Tenant{Account: "123456789012", Region: "us-east-1"}

// rig is a service over a catalog in memory, with an engine whose queues keep
// what they are sent.
type rig struct {
	*rules.Service
	t    *testing.T
	db   *catalog.DB
	sent chan targets.Delivery
	down chan targets.Outcome
}

func newRig(t *testing.T, change ...func(*rules.Options)) *rig {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, db: db, sent: make(chan targets.Delivery, 1000), down: make(chan targets.Outcome, 1000)}
	outbox := targets.NewOutbox(nil)
	r.Service = r.open(outbox, change...)
	engine := targets.New(targets.Options{
		Catalog: db, Outbox: outbox,
		Targets: map[targets.Kind]targets.Target{
			targets.Queue: targets.Inside(func(tx *catalog.Tx, d targets.Delivery) error {
				tx.After(func() { r.sent <- d })
				return nil
			}),
			targets.Bus: targets.Inside(r.Deliver),
		},
		Outcomes: map[string]func(*catalog.Tx, targets.Outcome) error{
			rules.DeliveryKind: func(tx *catalog.Tx, o targets.Outcome) error {
				if o.Err != "" {
					tx.After(func() { r.down <- o })
				}
				return nil
			},
		},
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- engine.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		_ = db.Close()
	})
	return r
}

// open returns a service over the rig's catalog, as after a restart.
func (r *rig) open(outbox *targets.Outbox, change ...func(*rules.Options)) *rules.Service {
	r.t.Helper()
	o := rules.Options{Catalog: r.db, Outbox: outbox}
	for _, f := range change {
		f(&o)
	}
	s, err := rules.New(o)
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

func bus(name string) rules.BusName { return rules.BusName{Tenant: tenant, Bus: name} }

func rule(on, name string) rules.RuleName { return rules.RuleName{BusName: bus(on), Rule: name} }

func queueARN(name string) string { return "arn:aws:sqs:us-east-1:123456789012:" + name }

// rule makes a rule with the given targets.
func (r *rig) rule(n rules.RuleName, pattern string, to ...rules.Target) {
	r.t.Helper()
	if err := r.PutRule(r.t.Context(), rules.Rule{RuleName: n, Pattern: pattern}); err != nil {
		r.t.Fatal(err)
	}
	if len(to) > 0 {
		if err := r.PutTargets(r.t.Context(), n, to); err != nil {
			r.t.Fatal(err)
		}
	}
}

// put puts one event and returns its ID.
func (r *rig) put(e rules.Entry) string {
	r.t.Helper()
	got, err := r.PutEvents(r.t.Context(), tenant, []rules.Entry{e})
	if err != nil || got[0].Code != "" {
		r.t.Fatalf("put: %+v %v", got, err)
	}
	return got[0].EventID
}

// order is an event that the tests' rules match.
func order(on string) rules.Entry {
	return rules.Entry{Source: "shop", DetailType: "order", Detail: `{ "n": 1.50 }`, Bus: on}
}

// receive returns the next n deliveries.
func (r *rig) receive(n int) []targets.Delivery {
	r.t.Helper()
	var all []targets.Delivery
	for range n {
		select {
		case d := <-r.sent:
			all = append(all, d)
		case <-time.After(10 * time.Second):
			r.t.Fatalf("%d of %d deliveries arrived", len(all), n)
		}
	}
	return all
}

// nothing holds that no delivery is left: what is due is carried before a
// marker that is put now.
func (r *rig) nothing() {
	r.t.Helper()
	select {
	case d := <-r.sent:
		r.t.Errorf("unexpected delivery to %s: %s", d.Target, d.Message)
	default:
	}
}

// lost returns the next delivery that was given up.
func (r *rig) lost() targets.Outcome {
	r.t.Helper()
	select {
	case o := <-r.down:
		return o
	case <-time.After(10 * time.Second):
		r.t.Fatal("nothing was given up")
		return targets.Outcome{}
	}
}
