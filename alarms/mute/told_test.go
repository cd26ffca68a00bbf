package mute

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"skywatch/internal/fault"
)

// TestTold runs testdata/windows:
//
//	windows from=... count=n [start=...] [expire=...]
//	status [start=...] [expire=...]        (input: the rule, then instants)
//
// The first line of input is a rule: expression, duration and zone, with | between.
func TestTold(t *testing.T) {
	t.Parallel()
	datadriven.RunTest(t, "testdata/windows", func(t *testing.T, d *datadriven.TestData) string {
		lines := strings.Split(strings.TrimSpace(d.Input), "\n")
		s, err := Parse(rule(t, d, lines[0]))
		if err != nil {
			f := fault.Of(err)
			return fmt.Sprintf("%s [%v]\n", f.Message, errors.Unwrap(f))
		}
		var out strings.Builder
		switch d.Cmd {
		case "windows":
			var from string
			var count int
			d.ScanArgs(t, "from", &from)
			d.ScanArgs(t, "count", &count)
			tellWindows(&out, s, instant(t, from), count)
		case "status":
			for _, line := range lines[1:] {
				at := instant(t, line)
				fmt.Fprint(&out, line, " ", s.Status(at))
				if w, ok := s.At(at); ok {
					fmt.Fprintf(&out, " %s .. %s", show(w.Start), show(w.End))
				}
				fmt.Fprintln(&out)
			}
			fmt.Fprintln(&out, s.Type())
		}
		return out.String()
	})
}

func tellWindows(out *strings.Builder, s Schedule, after time.Time, count int) {
	for range count {
		w, ok := s.Next(after)
		if !ok {
			fmt.Fprintln(out, "none")
			return
		}
		fmt.Fprintf(out, "%s .. %s\n", show(w.Start), show(w.End))
		after = w.Start
	}
}

func rule(t *testing.T, d *datadriven.TestData, line string) Definition {
	parts := append(strings.Split(line, "|"), "", "")
	def := Definition{Expression: parts[0], Duration: parts[1], Timezone: parts[2]}
	for name, to := range map[string]*time.Time{"start": &def.Start, "expire": &def.Expire} {
		if d.HasArg(name) {
			var text string
			d.ScanArgs(t, name, &text)
			*to = instant(t, text)
		}
	}
	return def
}

func instant(t *testing.T, text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func show(t time.Time) string { return t.Format(time.RFC3339) }
