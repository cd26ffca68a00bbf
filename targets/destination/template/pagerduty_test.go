package template_test

import (
	"strings"
	"testing"
	"time"

	"skywatch/targets/destination/template"
	"skywatch/targets/notice"
)

// pager is what matters of an event.
type pager struct{ action, key, summary, source, severity string }

// checkPager holds a body against "Send an Alert Event" of PagerDuty's Events API
// v2.
func checkPager(t testing.TB, body string) (p pager) {
	t.Helper()
	if len(body) > 512<<10 {
		t.Errorf("%d bytes are more than PagerDuty takes", len(body))
	}
	e := read(t, body)
	if k := e.text("routing_key", 32); len(k) != 32 {
		t.Errorf("routing key %q", k)
	}
	p.action = e.oneOf("event_action", "trigger", "acknowledge", "resolve")
	p.key = e.text("dedup_key", 255)
	if p.action == "trigger" {
		in := e.object("payload")
		p.summary, p.source = in.text("summary", 1024), in.text("source", 1024)
		p.severity = in.oneOf("severity", "critical", "error", "warning", "info")
		if at := in.text("timestamp", 40); at != "" {
			if _, err := time.Parse(time.RFC3339, at); err != nil {
				t.Errorf("timestamp: %v", err)
			}
		}
		for _, name := range []string{"component", "group", "class"} {
			in.maybe(name, 1024)
		}
		in.object("custom_details")
		in.done()
		e.text("client", 100)
	}
	e.done()
	return p
}

func TestPagerDuty(t *testing.T) {
	t.Parallel()
	spec := template.Spec{Kind: template.PagerDuty, RoutingKey: key}
	const arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:slow"
	for _, c := range []struct {
		name string
		m    notice.Message
		want pager
	}{
		{"alarm", alarm("slow", "ALARM", "too slow"), pager{"trigger", arn, `ALARM: "slow" in US East (N. Virginia): too slow`, arn, "critical"}},
		{"through a topic", inTopic(alarm("slow", "ALARM", "too slow")), pager{"trigger", arn, `ALARM: "slow" in US East (N. Virginia): too slow`, arn, "critical"}},
		{"as an event", alarmEvent("slow", "ALARM", "too slow"), pager{"trigger", arn, `ALARM: "slow" in us-east-1: too slow`, arn, "critical"}},
		{"without data", alarm("slow", "INSUFFICIENT_DATA", "none"), pager{"trigger", arn, `INSUFFICIENT_DATA: "slow" in US East (N. Virginia): none`, arn, "warning"}},
		{"recovered", alarm("slow", "OK", "fine"), pager{action: "resolve", key: arn}},
		{"recovered, as an event", alarmEvent("slow", "OK", "fine"), pager{action: "resolve", key: arn}},
		{"event", order, pager{"trigger", "e-2", "order from shop", "shop", "info"}},
		{"text", words, pager{"trigger", "d-4", "own", "arn:aws:sns:us-east-1:123456789012:alerts", "info"}},
		{"text through a topic", inTopic(words), pager{"trigger", "m-1", "own", "arn:aws:sns:us-east-1:123456789012:alerts", "info"}},
	} {
		if got := checkPager(t, render(t, spec, c.m)); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	// A name that makes the key too long has the same digest in both states.
	long := strings.Repeat("x", 255)
	raised, over := checkPager(t, render(t, spec, alarm(long, "ALARM", strings.Repeat("r", 2000)))), checkPager(t, render(t, spec, alarm(long, "OK", "")))
	if raised.key != over.key || len(raised.key) != 64 || len(raised.summary) != 1024 {
		t.Errorf("%+v, then %+v", raised, over)
	}
	// Without a routing key of its own the connection adds it.
	if body := render(t, template.Spec{Kind: template.PagerDuty}, words); strings.Contains(body, "routing_key") {
		t.Errorf("without a key: %s", body)
	}
}
