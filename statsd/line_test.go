package statsd_test

import (
	"fmt"
	"strings"
	"testing"

	"skywatch/statsd"
)

// written is a line in the only form that Parse reads as the same line.
func written(l *statsd.Line) string {
	var b strings.Builder
	b.WriteString(l.Name)
	for _, v := range l.Values {
		switch {
		case l.Kind == statsd.Set:
			fmt.Fprintf(&b, ":%s", v.Member)
		case v.Delta:
			fmt.Fprintf(&b, ":%+g", v.Number)
		default:
			fmt.Fprintf(&b, ":%v", v.Number)
		}
	}
	fmt.Fprintf(&b, "|%s", map[statsd.Kind]string{statsd.Counter: "c", statsd.Gauge: "g", statsd.Timing: "ms", statsd.Histogram: "h", statsd.Set: "s"}[l.Kind])
	if l.Weight != 1 {
		fmt.Fprintf(&b, "|@%v", 1/l.Weight)
	}
	if len(l.Tags) == 0 {
		return b.String()
	}
	tags := make([]string, len(l.Tags))
	for i, tag := range l.Tags {
		tags[i] = tag.Name + ":" + tag.Value
	}
	return b.String() + "|#" + strings.Join(tags, ",")
}

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a:1|c":                        "a:1|c",
		"a.b-c_d/e f:-1.5|c|@0.1":      "a.b-c_d/e f:-1.5|c|@0.1",
		"a:1e3|c|@1":                   "a:1000|c",
		"a:1|g":                        "a:1|g",
		"a:+1|g":                       "a:+1|g",
		"a:-2|g|@0.5":                  "a:-2|g",
		"a:1:+2:-3|g":                  "a:1:+2:-3|g",
		"a:320|ms|@0.1":                "a:320|ms|@0.1",
		"a:1:2:2|ms":                   "a:1:2:2|ms",
		"a:1.25|h":                     "a:1.25|h",
		"a:1.25|d":                     "a:1.25|h",
		"a:user 7|s|@0.5":              "a:user 7|s",
		"a:b:c|s":                      "a:b:c|s",
		"a:1|c|#z:1,b:x:y,alone":       "a:1|c|#alone:true,b:x:y,z:1",
		"a:1|c|#,k:v,|@0.5":            "a:1|c|@0.5|#k:v",
		"a:1|c|#k:":                    "a:1|c|#k:",
		"a:1|c|c:ci-1|e:it-0|card:low": "a:1|c",
	} {
		l, err := statsd.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := written(&l); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"":                   "form",
		"a":                  "form",
		"a:1":                "form",
		":1|c":               "form",
		"a|c":                "form",
		"a:1|":               "type",
		"a:1|C":              "type",
		"a:1|x":              "type",
		"a:|c":               "number",
		"a:1:|c":             "number",
		"a:x|ms":             "number",
		"a:NaN|g":            "number",
		"a:+Inf|g":           "number",
		"a:0x1p3|c":          "number",
		"a:1_0|c":            "number",
		"a:1e200|c":          "number",
		"a: 1|c":             "number",
		"a:|s":               "empty",
		"a:1|c|@":            "rate",
		"a:1|c|@0":           "rate",
		"a:1|c|@1.1":         "rate",
		"a:1|c|@-1":          "rate",
		"a:1|c|@1e-7":        "rate",
		"a:1|c|T1656581400":  "not offered",
		"a:1|c|":             "not offered",
		"_e{1,1}:a|b":        "type",
		"_sc|db|0":           "form",
		"a:1|c|#k:v|@0.1|zz": "not offered",
	} {
		if l, err := statsd.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %+v, %v; want an error with %q", text, l, err, want)
		}
	}
}

// What can be read is read as the same again when it is written; what is written
// is of bounded numbers.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"a:1|c", "a:1:+2:-3|g|#k:v,x", "a:5|ms|@0.3", "a:b|s", "a:1|c|c:x|T1", ":|", "a:-0|g"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := statsd.Parse(text)
		if err != nil {
			return
		}
		if l.Name == "" || len(l.Values) == 0 || l.Weight < 1 || l.Weight > 1e6 {
			t.Fatalf("%+v", l)
		}
		if strings.Contains(text, "@") { // a rate need not be the same when it is written
			return
		}
		again, err := statsd.Parse(written(&l))
		if err != nil || written(&again) != written(&l) {
			t.Fatalf("%q: written as %q, read as %+v, %v", text, written(&l), again, err)
		}
	})
}
