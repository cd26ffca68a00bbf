package rules

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
)

// TestInput shows what targets are sent: "event" sets the event, "input" takes
// the constant, the path, or the paths and the template after ---.
func TestInput(t *testing.T) {
	t.Parallel()
	var envelope string
	datadriven.RunTest(t, "testdata/input", func(t *testing.T, d *datadriven.TestData) string {
		switch d.Cmd {
		case "event":
			envelope = strings.ReplaceAll(d.Input, "\n", "")
			return ""
		case "constant":
			return sent(Input{Constant: d.Input}, envelope)
		case "path":
			return sent(Input{Path: d.Input}, envelope)
		case "template":
			x := &Transformer{Paths: map[string]string{}, Template: d.Input}
			for _, arg := range d.CmdArgs {
				x.Paths[arg.Key] = arg.Vals[0]
			}
			return sent(Input{Transformer: x}, envelope)
		}
		return "unknown command"
	})
}

func sent(in Input, envelope string) string {
	if err := in.check("T"); err != nil {
		return "refused: " + err.Error()
	}
	c, err := in.compile()
	if err != nil {
		return "does not compile: " + err.Error()
	}
	out, err := c.of(facts{
		envelope: []byte(envelope), ruleARN: "arn:aws:events:us-east-1:123456789012:rule/r", rule: "r",
		ingested: time.Date(2026, 5, 20, 11, 4, 6, 0, time.UTC),
	})
	if err != nil {
		return "fails: " + err.Error()
	}
	return string(out)
}

// Whatever a template and an event hold, what is sent is JSON.
func FuzzTemplate(f *testing.F) {
	f.Add(`{"a":<v>,"b":"x<v>"}`, `"q\"uote"`)
	f.Add(`"got <v>"`+"\n"+`"and <v>"`, `{"a":[1,"b"]}`)
	f.Add(`[<v>]`, `[1]`)
	f.Fuzz(func(t *testing.T, template, value string) {
		if !json.Valid([]byte(value)) {
			return
		}
		in := Input{Transformer: &Transformer{Paths: map[string]string{"v": "$.v"}, Template: template}}
		c, err := in.compile()
		if err != nil {
			t.Fatal(err)
		}
		out, err := c.of(facts{envelope: fmt.Appendf(nil, `{"v":%s}`, value)})
		if err != nil {
			return
		}
		if err := wellFormed(out, strings.HasPrefix(strings.TrimLeft(template, " \t\r\n"), `"`)); err != nil {
			t.Errorf("template %q with %s sends %q: %v", template, value, out, err)
		}
	})
}

func FuzzPath(f *testing.F) {
	for _, p := range []string{"$", "$.a.b[0]['c d'].e", `$["x"]`, "$.", "$[", "$['"} {
		f.Add(p, `{"a":{"b":[{"c d":{"e":1.50}}]}}`)
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		p, err := parsePath(text)
		if err != nil {
			return
		}
		if found, ok := p.in(json.RawMessage(value)); ok && len(p) > 0 && !json.Valid(found) {
			t.Errorf("%s in %s: %s", text, value, found)
		}
	})
}
