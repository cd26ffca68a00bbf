package template_test

import (
	"strings"
	"testing"

	"skywatch/targets/destination/template"
)

// checkTeams holds a body against the documents of Teams ("Create incoming webhooks
// with Workflows", 28 KB) and the schema of Adaptive Cards 1.4. It returns the
// card's text.
func checkTeams(t testing.TB, body string) string {
	t.Helper()
	if len(body) > 28<<10 {
		t.Errorf("%d bytes are more than Teams takes", len(body))
	}
	m := read(t, body)
	m.oneOf("type", "message")
	var all strings.Builder
	for _, a := range m.list("attachments", 1, 1) {
		a.oneOf("contentType", "application/vnd.microsoft.card.adaptive")
		if v, ok := a.left["contentUrl"]; !ok || v != nil {
			t.Errorf("contentUrl is %v", v)
		}
		delete(a.left, "contentUrl")
		c := a.object("content")
		c.oneOf("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
		c.oneOf("type", "AdaptiveCard")
		c.oneOf("version", "1.4")
		c.object("msteams").oneOf("width", "Full")
		for _, b := range c.list("body", 1, 100) {
			b.oneOf("type", "RichTextBlock")
			if _, ok := b.left["spacing"]; ok {
				b.oneOf("spacing", "default", "none", "small", "medium", "large", "extraLarge", "padding")
			}
			for _, run := range b.list("inlines", 1, 100) {
				run.oneOf("type", "TextRun")
				all.WriteString(run.text("text", 10_000))
				run.flag("isSubtle")
				for name, words := range map[string][]string{
					"size": {"default", "small", "medium", "large", "extraLarge"}, "weight": {"default", "lighter", "bolder"},
					"color": {"default", "dark", "light", "accent", "good", "warning", "attention"},
				} {
					if _, ok := run.left[name]; ok {
						run.oneOf(name, words...)
					}
				}
				run.done()
			}
			all.WriteByte('\n')
			b.done()
		}
		c.done()
		a.done()
	}
	m.done()
	return all.String()
}

func TestTeams(t *testing.T) {
	t.Parallel()
	spec := template.Spec{Kind: template.Teams}
	body := render(t, spec, alarm("slow [x](http://evil.example)", "ALARM", "**b** a > b"))
	text := checkTeams(t, body)
	for _, want := range []string{
		"ALARM: \"slow [x](http://evil.example)\" in US East (N. Virginia)\n", "**b** a > b\n", "Metric: App Latency\n", "State change: OK → ALARM\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if !strings.Contains(body, `"color":"attention"`) || !strings.Contains(render(t, spec, alarm("slow", "OK", "")), `"color":"good"`) {
		t.Errorf("no colours in %s", body)
	}
	if text := checkTeams(t, render(t, spec, order)); !strings.Contains(text, "order from shop\n") {
		t.Errorf("an event:\n%s", text)
	}
	checkTeams(t, render(t, spec, words))
	// The words give way, the facts stay.
	text = checkTeams(t, render(t, spec, alarm("slow", "ALARM", strings.Repeat("\u20ac\x01\"", 50_000))))
	if !strings.Contains(text, "Metric: App Latency") || !strings.Contains(text, "...\n") {
		t.Errorf("a long reason:\n%s", text)
	}
}
