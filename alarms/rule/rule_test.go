package rule

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
)

// TestRules tells rules as text: "parse" shows the alarms that a rule names, or
// why it is none; "states" sets the states of alarms (the others are OK), and
// "evaluate" shows the result and which alarms determine it.
func TestRules(t *testing.T) {
	t.Parallel()
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		states := map[string]State{}
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var out strings.Builder
			switch d.Cmd {
			case "states":
				clear(states)
				for _, a := range d.CmdArgs {
					states[a.Key] = State(a.Vals[0])
				}
				return ""
			case "parse", "evaluate":
			default:
				t.Fatalf("%s: what is %q?", d.Pos, d.Cmd)
			}
			for line := range strings.Lines(d.Input) {
				r, err := Parse(strings.TrimSpace(line))
				switch {
				case err != nil:
					fmt.Fprintln(&out, err)
				case d.Cmd == "parse":
					fmt.Fprintf(&out, "%d elements: %q\n", r.elements, r.Refs())
				default:
					holds, because := r.Evaluate(func(ref string) State {
						if s, ok := states[ref]; ok {
							return s
						}
						return OK
					})
					fmt.Fprintf(&out, "%v because of %s\n", holds, strings.Join(because, " "))
				}
			}
			return out.String()
		})
	})
}

func many(n int, format, between string) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(format, i))
	}
	return strings.Join(all, between)
}

func TestLimits(t *testing.T) {
	t.Parallel()
	same := func(ref string) (string, error) { return ref, nil }
	for name, c := range map[string]struct{ text, want string }{
		"length":              {"TRUE" + strings.Repeat(" ", MaxLength-4), ""},
		"too long":            {"TRUE" + strings.Repeat(" ", MaxLength-3), "10240 characters"},
		"elements":            {strings.Repeat("(", 499) + "TRUE" + strings.Repeat(")", 499), ""},
		"too many elements":   {strings.Repeat("(", 500) + "TRUE" + strings.Repeat(")", 500), "500 elements"},
		"children":            {many(100, "OK(a%d)", " OR "), ""},
		"too many children":   {many(101, "OK(a%d)", " OR "), "100 distinct children"},
		"the same many times": {"AT_LEAST(1, ALARM, (" + strings.Repeat("a,", 499) + "a))", ""},
		"nots":                {strings.Repeat("NOT ", 2558) + "TRUE", ""},
	} {
		r, err := Parse(c.text)
		if err == nil {
			err = r.Resolve(same)
		}
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An alarm that is named in two ways is one alarm.
func TestResolve(t *testing.T) {
	t.Parallel()
	text := many(100, "ALARM(a%[1]d) AND ALARM(arn:a%[1]d)", " OR ")
	r, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	err = r.Resolve(func(ref string) (string, error) { return strings.TrimPrefix(ref, "arn:"), nil })
	if n := len(r.Refs()); err != nil || n != 100 {
		t.Errorf("%d children, %v", n, err)
	}
	holds, because := r.Evaluate(func(ref string) State {
		if ref == "a7" {
			return Alarm
		}
		return OK
	})
	if !holds || fmt.Sprint(because) != "[a7]" {
		t.Errorf("%v %v", holds, because)
	}
	odd := errors.New("odd")
	if err := r.Resolve(func(string) (string, error) { return "", odd }); !errors.Is(err, odd) {
		t.Error(err)
	}
}
