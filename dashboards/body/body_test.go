package body_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"skywatch/dashboards/body"
)

// TestConversations judges bodies and parts of them:
//
//	body: a whole body
//	widgets: widgets, one or more, between commas
//	TYPE: the properties of a widget of that type, or one of a metric's rows
//
// and prints what is found: errors, and warnings behind a question mark.
func TestConversations(t *testing.T) {
	t.Parallel()
	datadriven.Walk(t, "testdata/conversations", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			return judged(t, d.Cmd, d.Input)
		})
	})
}

func judged(t *testing.T, what, input string) string {
	t.Helper()
	var text, prefix string
	switch what {
	case "body":
		text = input
	case "widgets":
		text = `{"widgets":[` + input + `]}`
	case "rows":
		text, prefix = `{"widgets":[{"type":"metric","properties":{"region":"us-east-1","metrics":[`+input+`]}}]}`, "/widgets/0/properties/metrics"
	default:
		text, prefix = `{"widgets":[{"type":"`+what+`","properties":`+input+`}]}`, "/widgets/0/properties"
	}
	r, err := body.Check(text)
	if err != nil {
		return err.Error() + "\n"
	}
	var b strings.Builder
	tell := func(mark string, all []body.Finding) {
		for _, f := range all {
			b.WriteString(mark + strings.TrimPrefix(f.Path, prefix) + " " + f.Message + "\n")
		}
	}
	tell("", r.Errors)
	tell("? ", r.Warnings)
	if b.Len() == 0 {
		return "ok\n"
	}
	return b.String()
}

// TestRealBodies holds that nothing is found in bodies as the console, the CDK
// and Terraform's modules write them, but for what a comment beside them says.
func TestRealBodies(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/real/*.json")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := body.Check(string(text))
		if err != nil || len(r.Errors)+len(r.Warnings) > 0 {
			t.Errorf("%s: %v %+v", file, err, r)
		}
	}
}

func TestRefusal(t *testing.T) {
	t.Parallel()
	r, err := body.Check(`{"widgets":[{"type":"text","properties":{"background":"<red>"}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	const want = `The dashboard body is invalid, there are 2 validation errors:
[
  {
    "dataPath": "/widgets/0/properties",
    "message": "Should have required property 'markdown'"
  },
  {
    "dataPath": "/widgets/0/properties/background",
    "message": "Should be equal to one of the allowed values"
  }
]`
	if got := r.Refusal(); got != want {
		t.Errorf("got %s", got)
	}
	if r, err := body.Check(`{"widgets":[]}`); err != nil || r.Refusal() != "" {
		t.Errorf("%+v %v", r, err)
	}
}

func TestCompact(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		" { \"a\" : [ 1.0 , 1e3 ] ,\n\"b\":\" <&> \\u00e9 é\"} ": "{\"a\":[1.0,1e3],\"b\":\" <&> \\u00e9 é\"}",
		"{": "{",
	} {
		if got := body.Compact(sent); got != want {
			t.Errorf("%s: %s", sent, got)
		}
	}
}

// TestLimits holds the limits at and beyond them.
func TestLimits(t *testing.T) {
	t.Parallel()
	text := `{"type":"text","properties":{"markdown":""}}`
	row := `["N","M"]`
	metrics := func(n int) string {
		return `{"type":"metric","properties":{"region":"r","metrics":[` + times(n, row) + `]}}`
	}
	body500, alarms := func(w string) string { return `{"widgets":[` + w + `]}` }, `"arn:aws:cloudwatch:r:1:alarm:a"`
	variable := func(i string) string { return `{"type":"pattern","pattern":"p","inputType":"input","id":"` + i + `"}` }
	var variables []string
	for i := range 26 {
		variables = append(variables, variable(strings.Repeat("v", i+1)))
	}
	for name, c := range map[string]struct{ text, want string }{
		"500 widgets":  {body500(times(500, text)), ""},
		"501 widgets":  {body500(times(501, text)), "/widgets Should NOT have more than 500 items"},
		"500 metrics":  {body500(metrics(500)), ""},
		"501 metrics":  {body500(metrics(501)), "/widgets/0/properties/metrics Should NOT have more than 500 items"},
		"2500 metrics": {body500(times(5, metrics(500))), ""},
		"2501 metrics": {body500(times(5, metrics(500)) + "," + metrics(1)), "/widgets The dashboard has 2501 metrics and should NOT have more than 2500"},
		"100 alarms":   {body500(`{"type":"alarm","properties":{"alarms":[` + times(100, alarms) + `]}}`), ""},
		"101 alarms":   {body500(`{"type":"alarm","properties":{"alarms":[` + times(101, alarms) + `]}}`), "/widgets/0/properties/alarms Should NOT have more than 100 items"},
		"25 variables": {`{"widgets":[],"variables":[` + strings.Join(variables[:25], ",") + `]}`, ""},
		"26 variables": {`{"widgets":[],"variables":[` + strings.Join(variables, ",") + `]}`, "/variables Should NOT have more than 25 items"},
		"30 dimensions": {
			body500(`{"type":"metric","properties":{"region":"r","metrics":[["N","M",` + times(60, `"d"`) + `,{}]]}}`), "",
		},
		"31 dimensions": {
			body500(`{"type":"metric","properties":{"region":"r","metrics":[["N","M",` + times(62, `"d"`) + `]]}}`),
			"/widgets/0/properties/metrics/0 Should NOT have more than 63 items",
		},
		"nested as deep as may be": {body500(`{"type":"custom","properties":{"endpoint":"arn:aws:lambda:r:1:function:f","params":` + nested(95) + `}}`), ""},
	} {
		r, err := body.Check(c.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := ""
		for _, f := range r.Errors {
			got += f.Path + " " + f.Message
		}
		if got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, deep := range []string{body500(nested(200)), strings.Repeat("[", 100_000), `{"a":` + nested(9000) + `}`} {
		if _, err := body.Check(deep); err == nil || !strings.HasPrefix(err.Error(), "The field DashboardBody must ") {
			t.Errorf("deep: %v", err)
		}
	}
	// Of a thousand mistakes and more, a thousand are told.
	if r, err := body.Check(body500(times(500, `{"a":1,"b":2,"c":3,"d":4}`))); err != nil || len(r.Errors) != 1000 || len(r.Warnings) != 1000 {
		t.Errorf("%d errors, %d warnings, %v", len(r.Errors), len(r.Warnings), err)
	}
}

func times(n int, s string) string { return strings.TrimSuffix(strings.Repeat(s+",", n), ",") }

func nested(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

func FuzzCheck(f *testing.F) {
	files, err := filepath.Glob("testdata/real/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	for _, s := range []string{
		``, `[]`, `{"widgets":null}`, `{"widgets":[{"type":"metric","properties":{"metrics":[["..."],[".",".","..."],[{"expression":"a"}]]}}],"end":"x"}`,
		`{"widgets":[{"type":"metric","properties":{"region":"r","metrics":[[{"expression":"b","id":"a"}],[{"expression":"a","id":"b"}]]}}]}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := body.Check(s)
		if err != nil {
			return
		}
		if !json.Valid([]byte(s)) {
			t.Error("no JSON")
		}
		told := len(r.Refusal())
		for _, w := range r.Warnings {
			told += len(w.Path) + len(w.Message)
		}
		if told > 1000*2*(200+20)+12*len(s) {
			t.Errorf("%d bytes about %d", told, len(s))
		}
		// The blanks between values change nothing.
		again, err := body.Check(body.Compact(s))
		if err != nil || len(again.Errors) != len(r.Errors) || len(again.Warnings) != len(r.Warnings) {
			t.Errorf("compact: %+v %v", again, err)
		}
	})
}
