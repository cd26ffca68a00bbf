package rules_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/google/go-cmp/cmp"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/internal/fault"
	"skywatch/rules"
	"skywatch/schedule/ticker"
	"skywatch/targets"
)

// scheduled is a rig whose schedules run, on the machine's clock: for use
// within a bubble of package synctest.
type scheduled struct {
	*rig
	plans *ticker.Plans
	tick  *ticker.Ticker
	stop  func()
	ahead atomic.Int64 // of its clock
}

func newScheduled(t *testing.T, change ...func(*rules.Options)) *scheduled {
	t.Helper()
	s := &scheduled{plans: ticker.NewPlans()}
	s.rig = newRig(t, append(change, func(o *rules.Options) { o.Plans, o.Clock = s.plans, s.clock() })...)
	s.start()
	t.Cleanup(func() { s.stop() })
	return s
}

func (s *scheduled) clock() targets.Clock {
	return targets.ClockOf(func() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) })
}

// start runs the schedules until stop.
func (s *scheduled) start() {
	s.tick = ticker.New(ticker.Options{
		Catalog: s.db, Plans: s.plans, Clock: s.clock(),
		Owners: map[string]ticker.Owner{rules.SchedulePlans: s.Schedules()},
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.tick.Run(ctx) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			s.t.Error(err)
		}
	})
}

// told are the deliveries since the last call, in order: when, of which rule,
// and what.
func (s *scheduled) told() string {
	synctest.Wait()
	var out []string
	for len(s.sent) > 0 {
		d := <-s.sent
		what := d.Message
		var e event.Event
		if json.Unmarshal([]byte(d.Message), &e) == nil && e.ID != "" {
			what = e.DetailType + " of " + e.Time.Format(time.TimeOnly)
		}
		out = append(out, fmt.Sprintf("%s %s: %s\n", d.Created.Format(time.TimeOnly), strings.TrimPrefix(d.Cause, rule("default", "").ARN()), what))
	}
	slices.Sort(out) // what is sent at the same time has no order
	return strings.Join(out, "")
}

// next is when a rule runs next.
func (s *scheduled) next(name string) string {
	s.t.Helper()
	var at time.Time
	var ok bool
	err := s.db.View(func(r catalog.Reader) (err error) {
		n := rule("default", name)
		at, ok, err = s.plans.At(r, ticker.Plan{Owner: rules.SchedulePlans, Key: []string{n.Account, n.Region, n.Bus, n.Rule}})
		return err
	})
	switch {
	case err != nil:
		s.t.Fatal(err)
	case !ok:
		return "not planned\n"
	}
	return "next " + at.Format(time.DateTime) + "\n"
}

// TestScheduleTold runs testdata/schedules, on a clock that begins on Saturday,
// 2000-01-01.
//
//	put name=r [state=DISABLED]     the input is the schedule, and perhaps a pattern
//	enable, disable, delete name=r
//	event source=s                  puts one on the default bus
//	sleep for=5m
//	stop, start                     the schedules
func TestScheduleTold(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"testdata/schedules/life", "testdata/schedules/missed"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newScheduled(t)
				datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string { return s.run(t, d) })
			})
		})
	}
}

func (s *scheduled) run(t *testing.T, d *datadriven.TestData) string {
	var name, state string
	d.MaybeScanArgs(t, "name", &name)
	d.MaybeScanArgs(t, "state", &state)
	n := rule("default", name)
	var err error
	switch d.Cmd {
	case "put":
		expression, pattern, _ := strings.Cut(strings.TrimSpace(d.Input), "\n")
		if err = s.PutRule(t.Context(), rules.Rule{RuleName: n, Schedule: expression, Pattern: pattern, State: rules.State(state)}); err == nil {
			err = s.PutTargets(t.Context(), n, []rules.Target{{ID: "q", ARN: queueARN("q")}})
		}
	case "enable":
		err = s.SetState(t.Context(), n, rules.Enabled)
	case "disable":
		err = s.SetState(t.Context(), n, rules.Disabled)
	case "delete":
		if _, err = s.RemoveTargets(t.Context(), n, []string{"q"}, false); err == nil {
			err = s.DeleteRule(t.Context(), n, false)
		}
	case "event":
		e := order("")
		d.ScanArgs(t, "source", &e.Source)
		s.put(e)
	case "sleep":
		var text string
		d.ScanArgs(t, "for", &text)
		length, err := time.ParseDuration(text)
		if err != nil {
			d.Fatalf(t, "%v", err)
		}
		time.Sleep(length)
	case "stop":
		s.stop()
	case "start":
		s.start()
		synctest.Wait()
		return s.told() + fmt.Sprintf("missed %d\n", s.tick.Stats().Missed)
	default:
		d.Fatalf(t, "unknown command %s", d.Cmd)
	}
	if err != nil {
		return err.Error() + "\n"
	}
	if name != "" {
		return s.told() + s.next(name)
	}
	return s.told()
}

func TestScheduleRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	if err := r.CreateBus(t.Context(), rules.Bus{BusName: bus("b")}); err != nil {
		t.Fatal(err)
	}
	const bad = "Parameter ScheduleExpression is not valid."
	for _, c := range []struct{ bus, expression, text string }{
		{"default", "rate(10 seconds)", bad},
		{"default", "rate(1 minutes)", bad},
		{"default", "rate( 10 minutes )", bad},
		{"default", " rate(10 minutes)", bad},
		{"default", "cron(0 9 * * * *)", bad},
		{"default", "at(2030-01-01T00:00:00)", bad}, // of the Scheduler only
		{"b", "rate(10 minutes)", "ScheduleExpression is supported only on the default event bus."},
		{"b", "nonsense", "ScheduleExpression is supported only on the default event bus."},
	} {
		err := r.PutRule(t.Context(), rules.Rule{RuleName: rule(c.bus, "r"), Schedule: c.expression})
		if f := (*fault.Error)(nil); !errors.As(err, &f) || f.Kind != fault.Validation || f.Message != c.text {
			t.Errorf("%s on %s: %v", c.expression, c.bus, err)
		}
	}
	// A bad pattern is one also beside a schedule.
	err := r.PutRule(t.Context(), rules.Rule{RuleName: rule("default", "r"), Schedule: "rate(1 minute)", Pattern: `{"source":"x"}`})
	if f := fault.Of(err); f.Subject != rules.BadPattern {
		t.Error(err)
	}
}

// A rate that was begun by a clock a year ahead goes on as soon as the clock is
// right, which is noticed within a minute.
func TestScheduleOfWrongClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScheduled(t)
		s.ahead.Store(int64(365 * 24 * time.Hour))
		n := rule("default", "r")
		if err := s.PutRule(t.Context(), rules.Rule{RuleName: n, Schedule: "rate(5 minutes)"}); err != nil {
			t.Fatal(err)
		}
		if err := s.PutTargets(t.Context(), n, []rules.Target{{ID: "q", ARN: queueARN("q")}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(150 * time.Second)
		s.ahead.Store(0)
		time.Sleep(12 * time.Minute)
		if got, want := s.told(), "00:08:00 r: Scheduled Event of 00:08:00\n00:13:00 r: Scheduled Event of 00:13:00\n"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
}

// What a target is sent: the event of the planned time, through its input, with
// a key that is the same whenever it is made.
func TestScheduledEvent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var seen []rules.Routed
		s := newScheduled(t, func(o *rules.Options) { o.Observer = observed(func(r rules.Routed) { seen = append(seen, r) }) })
		n := rule("default", "r")
		if err := s.PutRule(t.Context(), rules.Rule{RuleName: n, Schedule: "cron(0/5 * * * ? *)"}); err != nil {
			t.Fatal(err)
		}
		if err := s.PutTargets(t.Context(), n, []rules.Target{
			{ID: "whole", ARN: queueARN("whole")},
			{ID: "path", ARN: queueARN("path"), Input: rules.Input{Path: "$.time"}},
			{ID: "text", ARN: queueARN("text"), Input: rules.Input{Transformer: &rules.Transformer{
				Paths: map[string]string{"from": "$.source"}, Template: `{"from": "<from>", "rule": <aws.events.rule-name>}`,
			}}},
		}); err != nil {
			t.Fatal(err)
		}
		// Another rule does not see it.
		s.rule(rule("default", "other"), `{"source":[{"prefix":""}]}`, rules.Target{ID: "x", ARN: queueARN("x")})
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		got, ids := map[string]string{}, map[string]bool{}
		for _, d := range s.receive(3) {
			got[strings.TrimPrefix(d.Target, queueARN(""))] = d.Message
			ids[d.ID] = true
			if d.Cause != n.ARN() {
				t.Errorf("cause %s", d.Cause)
			}
		}
		s.nothing()
		// The ID is computed from the rule and the planned time alone.
		want := map[string]string{
			"whole": `{"version":"0","id":"` + tickID + `","detail-type":"Scheduled Event","source":"aws.events","account":"123456789012",` +
				`"time":"2000-01-01T00:05:00Z","region":"us-east-1","resources":["` + n.ARN() + `"],"detail":{}}`,
			"path": `"2000-01-01T00:05:00Z"`,
			"text": `{"from": "aws.events", "rule": "r"}`,
		}
		if diff := cmp.Diff(want, got); diff != "" || len(ids) != 3 {
			t.Errorf("%d IDs (-want +got)\n%s", len(ids), diff)
		}
		if len(seen) != 1 || seen[0].Event.ID != tickID || len(seen[0].Rules) != 1 || seen[0].Rules[0].RuleName != n || seen[0].Rules[0].Targets != 3 {
			t.Errorf("observed %+v", seen)
		}
		if st := s.Stats(); st.Matched != 1 || st.Accepted != 0 {
			t.Errorf("%+v", st)
		}
	})
}

// tickID is the ID of the event of rule r at 2000-01-01T00:05:00Z.
const tickID = "f5d08ad4-93b0-51c3-a89e-c6d9491c902c"

type observed func(rules.Routed)

func (f observed) Routed(r rules.Routed) { f(r) }

func (f observed) Put(rules.Put) {}
