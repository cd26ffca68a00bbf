package ticker_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/schedule/ticker"
	"skywatch/schedule/ticker/tickertest"
)

// TestTold runs testdata/told, a conversation with a clock that is moved by
// hand. Times are of 2026-11-25, or whole.
//
//	plan key=a every=60 [until=12:05]   plan it anew, from now on
//	remove key=a
//	pass to=12:05           time passes
//	set to=13:00            the clock is set, forward or back
//	restart [at=13:00]      the process ends and begins again later
//	fail key=a [times=3]    its owner fails that often
//
// Answers are the planned times acted on, and when more are due.
func TestTold(t *testing.T) {
	t.Parallel()
	datadriven.Walk(t, "testdata/told", func(t *testing.T, path string) {
		r := newRig(t, vfs.NewCrashableMem(), tickertest.NewHand(noon))
		series, failures := 0, map[string]int{}
		r.fail = func(tick ticker.Tick) error {
			r.mu.Lock()
			defer r.mu.Unlock()
			if failures[tick.Key[0]] > 0 {
				failures[tick.Key[0]]--
				return errors.New("broken")
			}
			return nil
		}
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var key, until string
			d.MaybeScanArgs(t, "key", &key)
			switch d.Cmd {
			case "plan":
				series++
				b := beat{Since: r.clock.Now(), Series: series}
				d.ScanArgs(t, "every", &b.Every)
				if d.MaybeScanArgs(t, "until", &until) {
					b.Until = clockArg(t, until)
				}
				r.plan(key, b)
			case "remove":
				r.remove(key)
			case "pass":
				r.pass(toArg(t, d, "to"))
			case "set":
				r.clock.Set(toArg(t, d, "to"))
			case "restart":
				r.close()
				if d.HasArg("at") {
					r.clock.Set(toArg(t, d, "at"))
				}
				r.open()
			case "fail":
				times := 1
				d.MaybeScanArgs(t, "times", &times)
				r.mu.Lock()
				failures[key] += times
				r.mu.Unlock()
				return ""
			default:
				d.Fatalf(t, "unknown command %s", d.Cmd)
			}
			return tell(r, r.settle())
		})
	})
}

func tell(r *rig, due time.Time) string {
	var out strings.Builder
	for _, tick := range r.took() {
		fmt.Fprintf(&out, "%s %s", shown(r, tick.Planned), tick.Key[0])
		if late := tick.Now.Sub(tick.Planned); late > 0 {
			fmt.Fprintf(&out, ", %s late", late)
		}
		out.WriteString("\n")
	}
	r.mu.Lock()
	if r.missed > 0 {
		fmt.Fprintf(&out, "missed %d\n", r.missed)
	}
	r.missed = 0
	r.mu.Unlock()
	if due.IsZero() {
		return out.String() + "nothing is planned\n"
	}
	return out.String() + "next " + shown(r, due) + "\n"
}

func shown(r *rig, at time.Time) string {
	if at.Sub(r.clock.Now()).Abs() > 24*time.Hour {
		return at.Format(time.DateTime)
	}
	return at.Format(time.TimeOnly)
}

func toArg(t *testing.T, d *datadriven.TestData, name string) time.Time {
	t.Helper()
	var text string
	d.ScanArgs(t, name, &text)
	return clockArg(t, text)
}

func clockArg(t *testing.T, text string) time.Time {
	t.Helper()
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		if at, err := time.Parse(layout, text); err == nil {
			return noon.Truncate(24 * time.Hour).Add(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute + time.Duration(at.Second())*time.Second)
		}
	}
	t.Fatalf("time %s", text)
	return time.Time{}
}
