package rules_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/internal/fault"
	"skywatch/rules"
	"skywatch/targets"
)

func reserved(o *rules.Options) { o.AllowReserved = true }

// Every sample event goes through three rules to queues: one on its source,
// one on its kind and account by operators, and one that sends a part of it.
func TestSampleEvents(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/sample-events/*.json")
	if err != nil || len(files) < 16 {
		t.Fatalf("%d sample events, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var sample event.Event
			if err := json.Unmarshal(text, &sample); err != nil {
				t.Fatal(err)
			}
			r := newRig(t, reserved)
			source, _ := json.Marshal(map[string]any{"source": []string{sample.Source}})
			r.rule(rule("default", "source"), string(source), rules.Target{ID: "1", ARN: queueARN("whole")})
			kind, _ := json.Marshal(map[string]any{
				"detail-type": []any{map[string]string{"prefix": sample.DetailType[:3]}}, "detail": map[string]any{"no such": []any{map[string]bool{"exists": false}}},
			})
			r.rule(rule("default", "kind"), string(kind), rules.Target{ID: "1", ARN: queueARN("path"), Input: rules.Input{Path: "$.detail"}})
			r.rule(rule("default", "all"), `{"version":["0"]}`, rules.Target{ID: "1", ARN: queueARN("text"), Input: rules.Input{Transformer: &rules.Transformer{
				Paths: map[string]string{"type": "$.detail-type"}, Template: `{"what": "<type>", "rule": <aws.events.rule-name>}`,
			}}})
			r.rule(rule("default", "other"), `{"source":["nobody"]}`, rules.Target{ID: "1", ARN: queueARN("none")})

			id := r.put(rules.Entry{
				Time: sample.Time, Source: sample.Source, Resources: sample.Resources, DetailType: sample.DetailType, Detail: string(sample.Detail),
			})
			got := map[string]string{}
			for _, d := range r.receive(3) {
				got[strings.TrimPrefix(d.Target, queueARN(""))] = d.Message
			}
			sample.ID, sample.Account, sample.Region = id, tenant.Account, tenant.Region
			whole, err := sample.Envelope()
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]string{"whole": string(whole), "path": compact(t, sample.Detail), "text": `{"what": "` + sample.DetailType + `", "rule": "all"}`}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func compact(t *testing.T, detail json.RawMessage) string {
	t.Helper()
	// As the service compacts: white space only.
	e := event.Event{Detail: detail}
	b, err := e.Envelope()
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), `"detail":`)
	return strings.TrimSuffix(rest, "}")
}

// The same target under two IDs is two deliveries, each with a key of its own
// that names the event.
func TestTwoTargetsOfOneARN(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.rule(rule("default", "r"), `{"source":["shop"]}`, rules.Target{ID: "a", ARN: queueARN("q")}, rules.Target{ID: "b", ARN: queueARN("q")})
	r.put(order(""))
	got := r.receive(2)
	if got[0].ID == got[1].ID || got[0].Message != got[1].Message {
		t.Errorf("%+v", got)
	}
	if !strings.HasSuffix(got[0].Message, `"resources":[],"detail":{"n":1.50}}`) {
		t.Errorf("the detail is not as it was spelled: %s", got[0].Message)
	}
}

// A rule stops and starts with its state, and its changes hold for the next
// event; all of it is there after a restart.
func TestRuleChanges(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	n := rule("default", "r")
	r.rule(n, `{"source":["shop"]}`, rules.Target{ID: "a", ARN: queueARN("first")})
	steps := []struct {
		name string
		do   func() error
		want []string
	}{
		{"as made", func() error { return nil }, []string{"first"}},
		{"disabled", func() error { return r.SetState(t.Context(), n, rules.Disabled) }, nil},
		{"enabled", func() error { return r.SetState(t.Context(), n, rules.Enabled) }, []string{"first"}},
		{"target replaced", func() error {
			return r.PutTargets(t.Context(), n, []rules.Target{{ID: "a", ARN: queueARN("x")}, {ID: "a", ARN: queueARN("second")}})
		}, []string{"second"}},
		{"another pattern", func() error {
			return r.PutRule(t.Context(), rules.Rule{RuleName: n, Pattern: `{"source":["bank"]}`})
		}, nil},
		{"and back", func() error {
			return r.PutRule(t.Context(), rules.Rule{RuleName: n, Pattern: `{"source":["shop"]}`})
		}, []string{"second"}},
		{"no target", func() error {
			unknown, err := r.RemoveTargets(t.Context(), n, []string{"a", "b"}, false)
			if !slices.Equal(unknown, []string{"b"}) {
				t.Errorf("unknown targets %v", unknown)
			}
			return err
		}, nil},
	}
	for _, s := range steps {
		if err := s.do(); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		r.put(order(""))
		for _, want := range s.want {
			if got := r.receive(1)[0]; got.Target != queueARN(want) {
				t.Errorf("%s: sent to %s", s.name, got.Target)
			}
		}
		if s.want == nil {
			waits(t, r.db, 0)
			r.nothing()
		}
	}
}

// waits holds how many deliveries wait in the catalog.
func waits(t *testing.T, db *catalog.DB, want int) {
	t.Helper()
	n := 0
	err := db.View(func(rd catalog.Reader) error {
		return catalog.Table[targets.Delivery]{Name: "outbox"}.Scan(rd, catalog.Range{}, func([]string, targets.Delivery) (bool, error) {
			n++
			return true, nil
		})
	})
	if err != nil || n != want {
		t.Errorf("%d deliveries wait, want %d (%v)", n, want, err)
	}
}

func TestRestart(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	if err := r.CreateBus(t.Context(), rules.Bus{BusName: bus("b")}); err != nil {
		t.Fatal(err)
	}
	r.rule(rule("b", "r"), `{"source":["shop"]}`, rules.Target{ID: "a", ARN: queueARN("q")})
	outbox := targets.NewOutbox(nil)
	again := r.open(outbox)
	if _, err := again.PutEvents(t.Context(), tenant, []rules.Entry{order("b")}); err != nil {
		t.Fatal(err)
	}
	waits(t, r.db, 1)
}

// An event goes from bus to bus and says so in nothing; one that runs in a
// circle is given up, and both the first bus's and the second's rules saw it.
func TestBusToBus(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, b := range []string{"one", "two"} {
		if err := r.CreateBus(t.Context(), rules.Bus{BusName: bus(b)}); err != nil {
			t.Fatal(err)
		}
	}
	r.rule(rule("default", "on"), `{"source":["shop"]}`, rules.Target{ID: "b", ARN: bus("one").ARN()})
	r.rule(rule("one", "out"), `{"source":["shop"]}`, rules.Target{ID: "q", ARN: queueARN("q")})
	id := r.put(order(""))
	if got := r.receive(1)[0]; !strings.Contains(got.Message, id) || got.Cause != rule("one", "out").ARN() {
		t.Errorf("%+v", got)
	}

	r.rule(rule("one", "round"), `{"source":["loop"]}`, rules.Target{ID: "b", ARN: bus("two").ARN()})
	r.rule(rule("two", "round"), `{"source":["loop"]}`, rules.Target{ID: "b", ARN: bus("one").ARN()})
	e := order("one")
	e.Source = "loop"
	r.put(e)
	if got := r.lost(); got.Code != targets.ClientError || !strings.Contains(got.Err, "too many buses") {
		t.Errorf("%+v", got)
	}
	if s := r.Stats(); s.Looped != 1 {
		t.Errorf("%+v", s)
	}
}

// Targets that nothing carries to fail and say why.
func TestNoResource(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for i, arn := range []string{
		"arn:aws:states:us-east-1:123456789012:stateMachine:m", "arn:aws:events:us-east-1:123456789012:api-destination/d/1",
		"arn:aws:events:us-east-1:123456789012:target/stop-instance", bus("gone").ARN(),
	} {
		n := rule("default", "r"+string(rune('0'+i)))
		r.rule(n, `{"source":["shop"]}`, rules.Target{ID: "x", ARN: arn})
		r.put(order(""))
		if got := r.lost(); got.Code != targets.NoResource || got.Delivery.Target != arn {
			t.Errorf("%s: %+v", arn, got)
		}
		if err := r.SetState(t.Context(), n, rules.Disabled); err != nil {
			t.Fatal(err)
		}
	}
}

// A bus of another account takes events only where its policy says so.
func TestCrossAccount(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	other := tenant
	other.Account = "999999999999"
	put := func() rules.Result {
		e := order(bus("default").ARN())
		got, err := r.PutEvents(t.Context(), other, []rules.Entry{e})
		if err != nil {
			t.Fatal(err)
		}
		return got[0]
	}
	r.rule(rule("default", "r"), `{"account":["999999999999"]}`, rules.Target{ID: "q", ARN: queueARN("q")})
	if got := put(); got.Code != "AccessDeniedException" {
		t.Errorf("without a policy: %+v", got)
	}
	p := rules.Permission{Action: "events:PutEvents", Principal: other.Account, StatementID: "s"}
	if err := r.Permit(t.Context(), bus("default"), p); err != nil {
		t.Fatal(err)
	}
	if got := put(); got.EventID == "" {
		t.Errorf("with one: %+v", got)
	}
	r.receive(1)
	p.Condition = &rules.Condition{Type: "StringEquals", Key: "aws:PrincipalOrgID", Value: "o-1"}
	if err := r.Permit(t.Context(), bus("default"), p); err != nil {
		t.Fatal(err)
	}
	b, err := r.Bus(bus("default"))
	const want = `{"Version":"2012-10-17","Statement":[{"Sid":"s","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},` +
		`"Action":"events:PutEvents","Resource":"arn:aws:events:us-east-1:123456789012:event-bus/default",` +
		`"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}]}`
	if err != nil || b.Policy != want {
		t.Errorf("policy %s, %v", b.Policy, err)
	}
	if got := put(); got.Code == "" {
		t.Error("a condition that is not known to hold lets events in")
	}
	if err := r.Forbid(t.Context(), bus("default"), "t"); !fault.Is(err, fault.NotFound) {
		t.Errorf("unknown statement: %v", err)
	}
	if err := r.Forbid(t.Context(), bus("default"), "s"); err != nil {
		t.Fatal(err)
	}
	if b, err = r.Bus(bus("default")); err != nil || b.Policy != "" {
		t.Errorf("policy %s, %v", b.Policy, err)
	}
}

// What the house publishes is taken with the transaction of its cause, or not
// at all.
func TestPublish(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.rule(rule("default", "r"), `{"source":["aws.cloudwatch"]}`, rules.Target{ID: "q", ARN: queueARN("q")})
	e := event.Event{ID: "e-1", Source: "aws.cloudwatch", DetailType: "x", Account: tenant.Account, Region: tenant.Region, Detail: json.RawMessage(`{}`)}
	failed := fault.New(fault.Internal, "undone")
	err := r.db.Update(t.Context(), func(tx *catalog.Tx) error {
		if err := r.Publish(tx, e); err != nil {
			return err
		}
		return failed
	})
	if err != failed {
		t.Fatal(err)
	}
	waits(t, r.db, 0)
	if err := r.db.Update(t.Context(), func(tx *catalog.Tx) error { return r.Publish(tx, e) }); err != nil {
		t.Fatal(err)
	}
	r.receive(1)
	r.nothing()
}
