package alarms

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"skywatch/metric"
)

// Conversations with an alarm on several time series: "alarm" or "promql" begins
// one, "at" is what it sees a minute after the last one, or so many seconds. See
// testdata/contributors.
func TestContributors(t *testing.T) {
	t.Parallel()
	datadriven.Walk(t, "testdata/contributors", func(t *testing.T, path string) {
		var a *Alarm
		var now metric.Instant
		datadriven.RunTest(t, path, func(t *testing.T, td *datadriven.TestData) string {
			switch td.Cmd {
			case "alarm":
				a = &Alarm{Status: Status{Value: InsufficientData}, Definition: Definition{
					GroupBy: []string{"Host"}, Period: metric.Minute, EvaluationPeriods: 1, Comparison: GreaterThan, Threshold: 50,
				}}
				arguments(t, td, &a.Definition)
				now = 1764072000000
				return ""
			case "promql":
				d := Definition{Period: metric.Minute, PromQL: &PromQL{Pending: new(int), Recovery: new(int)}}
				td.MaybeScanArgs(t, "pending", d.PromQL.Pending)
				td.MaybeScanArgs(t, "recovery", d.PromQL.Recovery)
				now = 1764072000000
				a = &Alarm{Definition: d, Status: newStatus(&d, now)}
				return ""
			case "at":
				step := 60
				td.MaybeScanArgs(t, "after", &step)
				now += metric.Instant(step) * 1000
				s := seen{partial: td.HasArg("partial")}
				for line := range strings.Lines(td.Input) {
					s.groups = append(s.groups, readGroup(t, strings.TrimSpace(line), a.Period, now))
				}
				return a.step(s, now)
			}
			td.Fatalf(t, "unknown command")
			return ""
		})
	})
}

// readGroup reads "host: values", or "hosts 1-30: values" for so many of them.
func readGroup(t *testing.T, line string, period metric.Period, now metric.Instant) group {
	t.Helper()
	host, values, ok := strings.Cut(line, ":")
	if !ok {
		t.Fatalf("bad line %q", line)
	}
	g := group{attributes: map[string]string{"Host": host}}
	words := strings.Fields(values)
	for i, w := range words {
		s := Slot{Start: now - metric.Instant(len(words)-i)*period.Millis()}
		if w != "-" {
			s.Present, s.Value, s.Samples = true, float(t, w), 1
		}
		g.slots = append(g.slots, s)
	}
	return g
}

// step decides, takes the decision over and shows both.
func (a *Alarm) step(s seen, now metric.Instant) string {
	d, ok := a.decide(s, now)
	if !ok {
		return "nothing changes\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s -> %s %s\n%s\n", d.From, d.To, d.Evaluation, d.Reason)
	for _, c := range d.Contributors {
		fmt.Fprintf(&b, "  %s %s: %s -> %s: %s\n", c.ID, c.Attributes["Host"], c.From, c.Value, c.Reason)
	}
	a.Status = d.status(a.Status)
	a.takeContributors(d.Contributors)
	var kept []string
	for _, c := range a.contributors {
		word := c.Attributes["Host"]
		if c.Pending != 0 {
			word += fmt.Sprintf(" pending for %d s", (now-c.Pending)/1000)
		}
		if c.Gone != 0 {
			word += fmt.Sprintf(" gone for %d s", (now-c.Gone)/1000)
		}
		kept = append(kept, word)
	}
	slices.Sort(kept)
	if len(kept) > 10 {
		kept = append(kept[:10], "...")
	}
	return b.String() + "kept: " + strings.Join(kept, ", ") + "\n"
}

// The same attributes have the same id, and others another.
func TestContributorID(t *testing.T) {
	t.Parallel()
	of := func(pairs ...string) string {
		m := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return contributorID(m)
	}
	a := of("Host", "a", "Zone", "b")
	if a != of("Zone", "b", "Host", "a") || len(a) != 16 {
		t.Errorf("id %q", a)
	}
	for _, other := range []string{of("Host", "b", "Zone", "a"), of("Host", "aZone", "", "b"), of("Host", "a"), of()} {
		if other == a {
			t.Error("different attributes with the same id")
		}
	}
}

// At most 100 contributors are in ALARM; those that are stay, and others come in
// the query's order as places become free.
func TestContributorsInAlarm(t *testing.T) {
	t.Parallel()
	a := &Alarm{Status: Status{Value: OK}, Definition: Definition{
		GroupBy: []string{"Host"}, Period: metric.Minute, EvaluationPeriods: 1, Comparison: GreaterThan, Threshold: 50,
	}}
	see := func(breaching func(i int) bool) (Decision, bool) {
		var s seen
		for i := range 150 {
			v := 0.0
			if breaching(i) {
				v = 100
			}
			s.groups = append(s.groups, group{map[string]string{"Host": fmt.Sprint(i)}, []Slot{{Present: true, Value: v}}})
		}
		d, ok := a.decide(s, 0)
		a.Status = d.status(a.Status)
		a.takeContributors(d.Contributors)
		return d, ok
	}
	hosts := func() []string {
		all := map[string]bool{}
		for _, c := range a.contributors {
			all[c.Attributes["Host"]] = true
		}
		return slices.Sorted(maps.Keys(all))
	}
	d, _ := see(func(i int) bool { return i >= 55 })
	if d.Reason != "95 out of 150 time series evaluated to ALARM" || d.Evaluation != "" || len(hosts()) != 95 {
		t.Errorf("%+v, %d kept", d.Transition, len(hosts()))
	}
	d, _ = see(func(int) bool { return true })
	if d.Reason != "100+ time series evaluated to ALARM" || d.Evaluation != PartialData || len(hosts()) != 100 || !slices.Contains(hosts(), "4") || slices.Contains(hosts(), "5") {
		t.Errorf("%+v, %v kept", d.Transition, hosts())
	}
	if d, ok := see(func(int) bool { return true }); ok {
		t.Errorf("changed again: %+v", d)
	}
	d, _ = see(func(i int) bool { return i != 120 })
	if len(d.Contributors) != 2 || !slices.Contains(hosts(), "5") || slices.Contains(hosts(), "120") {
		t.Errorf("%+v, %v kept", d.Contributors, hosts())
	}
}
