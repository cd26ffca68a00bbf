package template_test

import (
	"strings"
	"testing"
	"time"

	"skywatch/internal/fault"
	"skywatch/targets/destination/template"
	"skywatch/targets/notice"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body, kind string
		m                notice.Message
		want             string
	}{
		{"plain alarm", "", "", alarmEvent("slow", "ALARM", "too slow"), "ALARM: \"slow\" in us-east-1\n\ntoo slow\n\nState change: OK → ALARM\nTime: 2026-11-22T12:30:10.123Z\n" +
			"Metric: App Latency\nDimensions: Host=a\nStatistic: Average\nAccount: 123456789012\nRegion: us-east-1\n"},
		{"plain text", "", "", inTopic(words), "own\n\nline 1\nline 2\n"},
		{
			"JSON", `{"text":{{json .Title}},"level":{{if eq .Alarm.State "ALARM"}}9{{else}}1{{end}},"all":{{json .Body}}}`, "application/json", order,
			`{"text":"order from shop","level":1,"all":{"account":"123456789012","detail":{"id":"o-1","total":12.50},"detail-type":"order","id":"e-2","region":"us-east-1","resources":[],"source":"shop","time":"2026-11-22T12:30:10Z","version":"0"}}`,
		},
		{"fields", `{{range .Fields}}{{.Name}};{{end}}`, "", order, "Source;Detail type;Time;Account;Region;"},
		{"detail", `{{get .Event.Detail "total"}}{{get .Body "detail" "no" 1 "such"}}{{get .Body "resources" 0}}{{printf "%5s" .Alarm.Name}}|{{short 6 .Message}}`, "", order, `12.50     |{"v...`},
		{"markup stays", `{{.Text}} {{html "<"}} {{urlquery "a b"}}`, "text/html", words, "line 1\nline 2 &lt; a+b"},
	} {
		if got := render(t, template.Spec{Kind: template.Text, Body: c.body, ContentType: c.kind}, c.m); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What is no template, or would not do, is refused when it is set.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		spec template.Spec
		want string // the message holds it
	}{
		{"kind", template.Spec{Kind: "irc"}, "Kind must be slack, teams, pagerduty or text."},
		{"body of a ready one", template.Spec{Kind: template.Slack, Body: "x"}, "Only a template of Kind text has a Body"},
		{"key of a chat", template.Spec{Kind: template.Teams, RoutingKey: key}, "Only a template of Kind pagerduty has a RoutingKey"},
		{"key", template.Spec{Kind: template.PagerDuty, RoutingKey: "short"}, "must be an integration key"},
		{"content type", template.Spec{Kind: template.Text, Body: "x", ContentType: "text/plain\r\nX: y"}, "ContentType is none."},
		{"content type alone", template.Spec{Kind: template.Text, ContentType: "text/html"}, "needs a Body"},
		{"syntax", template.Spec{Kind: template.Text, Body: "{{.Title"}, "Body is no template"},
		{"unknown function", template.Spec{Kind: template.Text, Body: "{{env}}"}, `function "env" not defined`},
		{"absent", template.Spec{Kind: template.Text, Body: "{{.Event.Detail.order.id}}"}, "(get finds what a message may not have.)"},
		{"unknown member", template.Spec{Kind: template.Text, Body: "{{.Titel}}"}, "does not do for a notice of kind alarm"},
		{"not JSON", template.Spec{Kind: template.Text, Body: `{"text":"{{.Title}}"}`, ContentType: "application/json"}, "what it writes is not JSON"},
		{"size", template.Spec{Kind: template.Text, Body: strings.Repeat("x", 40<<10)}, "must not be larger"},
		{"endless", template.Spec{Kind: template.Text, Body: `{{range 1000000000}}{{end}}`}, "more than its body and its message should need"},
		{"nested", template.Spec{Kind: template.Text, Body: `{{range 9999}}{{range 9999}}{{range 9999}}{{end}}{{end}}{{end}}`}, "more than its body"},
		{"recursion", template.Spec{Kind: template.Text, Body: `{{define "a"}}{{template "a" .}}{{template "a" .}}{{end}}{{template "a" .}}`}, "more than its body"},
		{"doubling", template.Spec{Kind: template.Text, Body: `{{$x := "aaaaaaaaaaaaaaaa"}}{{range 100}}{{$x = print $x $x}}{{end}}`}, "it writes more than"},
		{"wide", template.Spec{Kind: template.Text, Body: `{{printf "%9999999d" 1}}`}, "at most two digits"},
		{"wide by argument", template.Spec{Kind: template.Text, Body: `{{printf "%*d" 9999999 1}}`}, "no * or ["},
		{"output", template.Spec{Kind: template.Text, Body: `{{range 3000}}` + strings.Repeat("x", 300) + `{{end}}`}, "it writes more than"},
	} {
		err := template.Check(c.spec)
		f := fault.Of(err)
		if err == nil || f.Kind != fault.Validation || !strings.Contains(f.Message, c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), key) {
			t.Errorf("%s: the error tells the key", c.name)
		}
	}
}

// A template that does for small messages is held to the bounds on a large one.
func TestBoundsOfLargeMessages(t *testing.T) {
	t.Parallel()
	made, err := template.Compile(template.Spec{Kind: template.Text, Body: `{{range .Body}}{{range $.Body}}{{end}}{{end}}`})
	if err != nil {
		t.Fatal(err)
	}
	n := notice.Read(notice.Message{ID: "d", Body: "[" + strings.Repeat("1,", 50_000) + "1]", At: time.Now()})
	if _, err := made.Render(&n); err == nil || !strings.Contains(err.Error(), "more than its body") {
		t.Errorf("a loop over a loop: %v", err)
	}
}
