package rules_test

import (
	"encoding/json"
	"errors"
	"testing"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/internal/fault"
	"skywatch/rules"
	"skywatch/targets"
)

const manager = "prod.vhs.events.aws.internal"

func (r *rig) putManaged(rule rules.Rule) error {
	return r.db.Update(r.t.Context(), func(tx *catalog.Tx) error { return r.PutManaged(tx, rule) })
}

func (r *rig) deleteManaged(n rules.RuleName, by string) {
	r.t.Helper()
	if err := r.db.Update(r.t.Context(), func(tx *catalog.Tx) error { return r.DeleteManaged(tx, n, by) }); err != nil {
		r.t.Fatal(err)
	}
}

func TestManagedRules(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *rules.Options) { o.Limits.RulesPerBus = 1 })
	n := rule("default", "managed")
	managed := rules.Rule{
		RuleName: n, Pattern: `{"source":["shop"]}`, ManagedBy: manager, Targets: []rules.Target{{ID: "q", ARN: queueARN("a")}},
	}
	for range 2 {
		if err := r.putManaged(managed); err != nil {
			t.Fatal(err)
		}
	}
	id := r.put(order(""))
	if d := r.receive(1)[0]; d.Cause != n.ARN() {
		t.Errorf("%+v of event %s", d, id)
	}

	refused := func(what string, err error) {
		t.Helper()
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Conflict || f.Subject != rules.ManagedRule {
			t.Errorf("%s: %v", what, err)
		}
	}
	ctx := t.Context()
	refused("put", r.PutRule(ctx, rules.Rule{RuleName: n, Pattern: `{"source":["x"]}`}))
	refused("disable", r.SetState(ctx, n, rules.Disabled))
	refused("targets", r.PutTargets(ctx, n, managed.Targets))
	refused("tag", r.Tag(ctx, tenant, n.ARN(), map[string]string{"a": "b"}))
	refused("untag", r.Untag(ctx, tenant, n.ARN(), []string{"a"}))
	refused("delete", r.DeleteRule(ctx, n, false))
	_, err := r.RemoveTargets(ctx, n, []string{"q"}, false)
	refused("remove", err)

	// It does not count towards the quota, but keeps the bus.
	r.rule(rule("default", "own"), `{"source":["other"]}`)
	if err := r.putManaged(rules.Rule{RuleName: rule("default", "own"), Pattern: `{"source":["x"]}`, ManagedBy: manager}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a user's rule became a managed one: %v", err)
	}
	r.deleteManaged(rule("default", "own"), manager)
	r.deleteManaged(n, "somebody else")
	for _, name := range []string{"own", "managed"} {
		if _, err := r.Rule(rule("default", name)); err != nil {
			t.Error(err)
		}
	}

	is := func(want bool) {
		t.Helper()
		err := r.db.View(func(view catalog.Reader) error {
			got, err := r.Managed(view, n, manager)
			if got != want {
				t.Errorf("managed: %v", got)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	is(true)
	if unknown, err := r.RemoveTargets(ctx, n, []string{"q"}, true); err != nil || len(unknown) > 0 {
		t.Errorf("by force: %v %v", unknown, err)
	}
	is(false)
	if err := r.DeleteRule(ctx, n, true); err != nil {
		t.Error(err)
	}
	is(false)
	if err := r.putManaged(managed); err != nil {
		t.Fatal(err)
	}
	r.deleteManaged(n, manager)
	r.put(order(""))
	r.nothing()
}

// A replayed event reaches the rules that may see it, under the same IDs each
// time, with its replay-name, and a rule can refuse to see it.
func TestReplayedEvents(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a, b := rule("default", "a"), rule("default", "b")
	r.rule(a, `{"source":["shop"]}`, rules.Target{ID: "q", ARN: queueARN("a")})
	r.rule(b, `{"source":["shop"]}`, rules.Target{ID: "q", ARN: queueARN("b")}, rules.Target{ID: "r", ARN: queueARN("b")})
	r.rule(rule("default", "fresh"), `{"replay-name":[{"exists":false}]}`, rules.Target{ID: "q", ARN: queueARN("c")})
	e := event.Event{ID: "e-1", Source: "shop", DetailType: "order", Account: tenant.Account, Region: tenant.Region, Detail: json.RawMessage(`{}`)}
	replay := func(want int, p rules.Replay) []targets.Delivery {
		t.Helper()
		routed, err := r.Route(p, e)
		if err != nil || routed.Deliveries() != want {
			t.Fatalf("%d deliveries, %v; want %d", routed.Deliveries(), err, want)
		}
		if err := r.db.Update(t.Context(), func(tx *catalog.Tx) error { return r.Replay(tx, routed) }); err != nil {
			t.Fatal(err)
		}
		return r.receive(want)
	}
	p := rules.Replay{Name: "again", To: bus("default"), Seed: "s"}
	first := map[string]bool{}
	for _, d := range replay(3, p) {
		first[d.ID] = true
		var got event.Event
		if err := json.Unmarshal([]byte(d.Message), &got); err != nil || got.ReplayName != "again" || got.ID != "e-1" {
			t.Errorf("%s %v", d.Message, err)
		}
		if name := rules.ReplayOf(&d); name != "again" {
			t.Errorf("delivery of replay %q", name)
		}
	}
	for _, d := range replay(3, p) {
		if !first[d.ID] {
			t.Errorf("delivery %s is new", d.ID)
		}
	}
	p.Only, p.Seed = map[string]bool{a.ARN(): true}, "t"
	if d := replay(1, p)[0]; d.Cause != a.ARN() || first[d.ID] {
		t.Errorf("%+v", d)
	}
	r.put(order(""))
	for _, d := range r.receive(4) {
		if name := rules.ReplayOf(&d); name != "" {
			t.Errorf("delivery of a new event is of replay %q", name)
		}
	}
}
