package schedule_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"skywatch/internal/fault"
	"skywatch/schedule"
)

// TestTold runs testdata/told. Each line of input is an expression.
//
//	next [dialect=rule|scheduler|mute] [zone=...] [since=...] from=... [count=n]
//	parse [dialect=...]
func TestTold(t *testing.T) {
	t.Parallel()
	datadriven.Walk(t, "testdata/told", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var out strings.Builder
			for line := range strings.SplitSeq(strings.TrimSuffix(d.Input, "\n"), "\n") {
				fmt.Fprintln(&out, tell(t, d, strings.Trim(line, "'")))
			}
			return out.String()
		})
	})
}

func tell(t *testing.T, d *datadriven.TestData, text string) string {
	e, err := schedule.Parse(text, dialectArg(t, d))
	if err != nil {
		f := fault.Of(err)
		return fmt.Sprintf("%s [%v]", f.Message, errors.Unwrap(f))
	}
	if d.Cmd == "parse" {
		return "ok"
	}
	var zone, since string
	count := 3
	d.MaybeScanArgs(t, "zone", &zone)
	d.MaybeScanArgs(t, "count", &count)
	loc, err := schedule.Zone(zone)
	if err != nil {
		return err.Error()
	}
	e = e.In(loc)
	if d.MaybeScanArgs(t, "since", &since) {
		e = e.Since(timeArg(t, since))
	}
	var from string
	d.ScanArgs(t, "from", &from)
	var runs []string
	after := timeArg(t, from)
	for range count {
		next, ok := e.Next(after)
		if !ok {
			runs = append(runs, "none")
			break
		}
		runs = append(runs, next.Format("2006-01-02T15:04:05.999Z07:00")+next.In(loc).Format(" (Mon 15:04 -07:00)"))
		after = next
	}
	return strings.Join(runs, "\n")
}

func dialectArg(t *testing.T, d *datadriven.TestData) schedule.Dialect {
	name := "rule"
	d.MaybeScanArgs(t, "dialect", &name)
	dialect, ok := map[string]schedule.Dialect{"rule": schedule.Rule, "scheduler": schedule.Scheduler, "mute": schedule.MuteRule}[name]
	if !ok {
		d.Fatalf(t, "no dialect %s", name)
	}
	return dialect
}

func timeArg(t *testing.T, s string) time.Time {
	v, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
