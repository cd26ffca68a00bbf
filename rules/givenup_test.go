package rules_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/rules"
	"skywatch/targets"
)

// A delivery that is given up is an event on its account's default bus; one
// that such an event causes makes none.
func TestGivenUp(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	failures := `{"source":["skywatch.deliveries"],"detail-type":["Delivery Given Up"]}`
	missing := "arn:aws:states:us-east-1:123456789012:stateMachine:m"
	r.rule(rule("default", "failures"), failures, rules.Target{ID: "q", ARN: queueARN("q")}, rules.Target{ID: "x", ARN: missing})
	o := targets.Outcome{
		Delivery: targets.Delivery{ID: "d-1", Tenant: tenant, Cause: "arn:cause", Target: missing, Kind: "k", Attempts: 3, DeadLetter: queueARN("dead"), Message: "secret"},
		Err:      "NO_RESOURCE: nothing there", Code: targets.NoResource, Reason: "nothing there", Exhausted: "MaximumRetryAttempts", Buried: true,
	}
	err := r.db.Update(t.Context(), func(tx *catalog.Tx) error { return r.GivenUp(tx, o) })
	if err != nil {
		t.Fatal(err)
	}
	got := r.receive(1)[0]
	var e event.Event
	if err := json.Unmarshal([]byte(got.Message), &e); err != nil {
		t.Fatal(err)
	}
	want := `{"deliveryId":"d-1","kind":"k","cause":"arn:cause","target":"` + missing + `","errorCode":"NO_RESOURCE","errorMessage":"nothing there",` +
		`"attempts":3,"exhaustedRetryCondition":"MaximumRetryAttempts","created":"0001-01-01T00:00:00Z","deadLetterArn":"` + queueARN("dead") + `"}`
	if string(e.Detail) != want || e.Source != rules.GivenUpSource || len(e.Resources) != 2 || !got.OfFailure {
		t.Errorf("%+v\n%s, want\n%s", e, e.Detail, want)
	}
	// The rule's own target fails: that is not told again.
	again := r.lost()
	if !again.Delivery.OfFailure {
		t.Fatalf("%+v", again.Delivery)
	}
	if err := r.db.Update(t.Context(), func(tx *catalog.Tx) error { return r.GivenUp(tx, again) }); err != nil {
		t.Fatal(err)
	}
	r.nothing()
}

// lines is a log in memory.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// take returns what was written since the last time.
func (l *lines) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.b.Reset()
	return l.b.String()
}

// A bus's log level says what is written of its events.
func TestBusLog(t *testing.T) {
	t.Parallel()
	out := &lines{}
	r := newRig(t, func(o *rules.Options) { o.Logger = slog.New(slog.NewTextHandler(out, nil)) })
	if err := r.CreateBus(t.Context(), rules.Bus{BusName: bus("b")}); err != nil {
		t.Fatal(err)
	}
	r.rule(rule("b", "shop"), `{"source":["shop"]}`, rules.Target{ID: "q", ARN: queueARN("q")})
	missing := targets.Outcome{Delivery: targets.Delivery{ID: "d", Tenant: tenant, Cause: rule("b", "shop").ARN(), Target: queueARN("q")}, Code: "NO_RESOURCE"}
	for _, c := range []struct {
		log             rules.BusLog
		lines, envelope int
		failure         bool
	}{
		{rules.BusLog{}, 0, 0, false},
		{rules.BusLog{Level: rules.LogOff, Detail: "FULL"}, 0, 0, false},
		{rules.BusLog{Level: rules.LogError}, 0, 0, true},
		{rules.BusLog{Level: rules.LogInfo, Detail: "NONE"}, 1, 0, true},
		{rules.BusLog{Level: rules.LogInfo, Detail: "FULL"}, 1, 1, true},
		{rules.BusLog{Level: rules.LogTrace}, 2, 0, true},
	} {
		if _, err := r.UpdateBus(t.Context(), bus("b"), rules.BusChange{Log: &c.log}); err != nil {
			t.Fatal(err)
		}
		r.put(order("b"))
		r.receive(1)
		got := out.take()
		if n := strings.Count(got, "bus="); n != c.lines || strings.Count(got, "envelope=") != c.envelope {
			t.Errorf("%+v wrote %s", c.log, got)
		}
		if err := r.db.Update(t.Context(), func(tx *catalog.Tx) error { return r.GivenUp(tx, missing) }); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(out.take(), "delivery of bus given up"); got != c.failure {
			t.Errorf("%+v: failure written: %v", c.log, got)
		}
	}
}

// What can never be sent goes to its bus's dead-letter queue where its target
// has none.
func TestBusDeadLetter(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	if err := r.CreateBus(t.Context(), rules.Bus{BusName: bus("b"), DeadLetter: queueARN("dead.fifo")}); err == nil {
		t.Error("a FIFO queue is taken")
	}
	if err := r.CreateBus(t.Context(), rules.Bus{BusName: bus("b"), DeadLetter: queueARN("dead")}); err != nil {
		t.Fatal(err)
	}
	broken := rules.Input{Transformer: &rules.Transformer{Paths: map[string]string{"d": "$.detail"}, Template: `{"n":"all of <d>"}`}}
	r.rule(rule("b", "broken"), `{"source":["shop"]}`,
		rules.Target{ID: "1", ARN: queueARN("q"), Input: broken}, rules.Target{ID: "2", ARN: queueARN("q"), Input: broken, DeadLetter: queueARN("own")})
	r.put(order("b"))
	got := map[string]bool{}
	for _, d := range r.receive(2) {
		got[d.Target] = true
	}
	if !got[queueARN("dead")] || !got[queueARN("own")] {
		t.Errorf("%v", got)
	}
	r.rule(rule("b", "round"), `{"source":["loop"]}`, rules.Target{ID: "b", ARN: bus("b").ARN()})
	e := order("b")
	e.Source = "loop"
	id := r.put(e)
	if d := r.receive(1)[0]; d.Target != queueARN("dead") || !strings.Contains(d.Message, id) {
		t.Errorf("%+v", d)
	}
}

// The default bus is as old as the house, also after a restart.
func TestDefaultBusTimes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	before, err := r.Bus(bus("default"))
	if err != nil || before.Created.IsZero() || before.Modified.IsZero() {
		t.Fatalf("%+v %v", before, err)
	}
	if after, err := r.open(targets.NewOutbox(nil)).Bus(bus("default")); err != nil || !after.Created.Equal(before.Created) {
		t.Errorf("%+v %v", after, err)
	}
	if page, _, err := r.Buses(tenant, "", "", 10); err != nil || !page[0].Created.Equal(before.Created) {
		t.Errorf("%+v %v", page, err)
	}
}
