package schedule_test

import (
	"testing"
	"time"

	"skywatch/internal/fault"
	"skywatch/schedule"
)

func TestUpcomingRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		expression, zone string
		count            int
		param, message   string
	}{
		{"rate(5 minutes)", "", 0, "Count", "Count must be between 1 and 1000."},
		{"rate(5 minutes)", "", 1001, "Count", "Count must be between 1 and 1000."},
		{"rate(5 minutes)", "Mars/Base", 1, "Timezone", `The time zone "Mars/Base" is not in the IANA database.`},
		{"rate(5 minutes)", "Local", 1, "Timezone", `The time zone "Local" is not in the IANA database.`},
		{"rate(5 minutes)", "../UTC", 1, "Timezone", `The time zone "../UTC" is not in the IANA database.`},
		{"cron(71 8 1 * ? *)", "", 1, "Expression", "Invalid Expression: minute: 71 is not between 0 and 59."},
		{"at(2026-01-01)", "", 1, "Expression", `Invalid Expression: "2026-01-01" is not a time of the form yyyy-mm-ddThh:mm:ss.`},
	} {
		_, err := schedule.Upcoming(c.expression, c.zone, time.Time{}, c.count)
		if f := fault.Of(err); f == nil || f.Kind != fault.Validation || f.Param != c.param || f.Message != c.message {
			t.Errorf("Upcoming(%q, %q, %d) = %#v, want %s: %s", c.expression, c.zone, c.count, f, c.param, c.message)
		}
	}
}

func TestUpcomingEnds(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]int{
		"rate(1 minute)":          1000,
		"rate(100000 days)":       29,
		"at(2026-01-01T00:00:01)": 1,
		"at(2026-01-01T00:00:00)": 0,
		"cron(0 0 31 2 ? *)":      0,
		"cron(0 0 1 1 ? *)":       173,
	} {
		got, err := schedule.Upcoming(text, "", from, 1000)
		if err != nil || got == nil || len(got) != want {
			t.Errorf("Upcoming(%q): %d runs, %v; want %d", text, len(got), err, want)
		}
	}
}

func TestZeroExpressionNeverRuns(t *testing.T) {
	t.Parallel()
	var e schedule.Expression
	if next, ok := e.Next(time.Now()); ok {
		t.Errorf("runs at %v", next)
	}
}

func TestOneTime(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"at(2026-01-01T00:00:00)": true, "rate(1 day)": false, "cron(0 0 1 1 ? 2026)": false} {
		if e := parseIn(t, text, schedule.Scheduler, ""); e.OneTime() != want {
			t.Errorf("%s: OneTime is %v", text, e.OneTime())
		}
	}
}
