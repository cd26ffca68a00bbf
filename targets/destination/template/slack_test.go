package template_test

import (
	"regexp"
	"strings"
	"testing"

	"skywatch/targets/destination/template"
	"skywatch/targets/notice"
)

// checkSlack holds a body against Slack's documents: "Sending messages using
// incoming webhooks" and the Block Kit reference (header, section, context, text
// object). It returns all of its text.
func checkSlack(t testing.TB, body string) string {
	t.Helper()
	m := read(t, body)
	all := []string{m.text("text", 4000)}
	add := func(o *object, most int, kinds ...string) {
		o.oneOf("type", kinds...)
		all = append(all, o.text("text", most))
		o.flag("emoji")
		o.done()
	}
	for _, b := range m.list("blocks", 1, 50) {
		switch b.oneOf("type", "header", "section", "context") {
		case "header":
			add(b.object("text"), 150, "plain_text")
		case "section":
			_, text := b.left["text"]
			_, fields := b.left["fields"]
			if text {
				add(b.object("text"), 3000, "plain_text", "mrkdwn")
			}
			if fields {
				for _, f := range b.list("fields", 1, 10) {
					add(f, 2000, "plain_text", "mrkdwn")
				}
			}
			if !text && !fields {
				t.Error("a section has neither text nor fields")
			}
		case "context":
			for _, e := range b.list("elements", 1, 10) {
				add(e, 3000, "plain_text", "mrkdwn")
			}
		}
		b.done()
	}
	m.done()
	text := strings.Join(all, "\n")
	// The one control sequence is our own date; everything else is escaped.
	plain := regexp.MustCompile(`<!date\^-?\d+\^\{date_num\} \{time_secs\}\|[0-9TZ:.-]+>`).ReplaceAllString(text, "")
	plain = regexp.MustCompile(`&(amp|lt|gt);`).ReplaceAllString(plain, "")
	if strings.ContainsAny(plain, "<>&") {
		t.Errorf("holds what Slack takes for a link or a mention: %q", plain)
	}
	return text
}

func TestSlack(t *testing.T) {
	t.Parallel()
	spec := template.Spec{Kind: template.Slack}
	for _, m := range []notice.Message{alarm("slow <!channel>", "ALARM", "a > b & c"), inTopic(alarm("slow <!channel>", "ALARM", "a > b & c"))} {
		text := checkSlack(t, render(t, spec, m))
		for _, want := range []string{
			`:red_circle: ALARM: "slow &lt;!channel&gt;" in US East (N. Virginia)`, "a &gt; b &amp; c", "*Metric*\nApp Latency", "*Dimensions*\nHost=a",
			"*Threshold*\ngreater than 200.0, 2 of 3 periods of 60 s", "*State change*\nOK → ALARM", "<!date^1795350610^", "alarm:slow &lt;!channel&gt;",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in\n%s", want, text)
			}
		}
	}
	if text := checkSlack(t, render(t, spec, alarmEvent("slow", "OK", "fine"))); !strings.Contains(text, `:large_green_circle: OK: "slow" in us-east-1`) {
		t.Errorf("recovered:\n%s", text)
	}
	if text := checkSlack(t, render(t, spec, order)); !strings.Contains(text, "order from shop") || !strings.Contains(text, "\"total\": 12.50") {
		t.Errorf("an event:\n%s", text)
	}
	if text := checkSlack(t, render(t, spec, inTopic(words))); !strings.Contains(text, "own") || !strings.Contains(text, "line 1\nline 2") {
		t.Errorf("a text:\n%s", text)
	}
	// An escape counts as what it is written with, and is not cut apart.
	long := checkSlack(t, render(t, spec, alarm(strings.Repeat("&", 400), "ALARM", strings.Repeat("<", 5000))))
	if !strings.Contains(long, "&lt;...") {
		t.Error("a long reason is not cut")
	}
}
