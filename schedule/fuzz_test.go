package schedule_test

import (
	"strings"
	"testing"
	"time"

	"skywatch/internal/fault"
	"skywatch/schedule"
)

// FuzzParse feeds any text to every dialect. What is accepted runs at whole
// minutes after the instant asked about, in order; what is refused is a
// validation fault with a cause.
func FuzzParse(f *testing.F) {
	for _, c := range readCases(f).Cases {
		f.Add(c.Expression, c.From.Unix())
	}
	f.Add("cron(0 2 * * SUN)", int64(0))
	f.Add("cron(0 0 L-3,LW,15W,*/2 FEB-NOV/3 ? 2000/4)", int64(2_000_000_000))
	f.Add("at(2026-03-29T02:30:00)", int64(1_774_000_000))
	f.Add("at(2026-03-29T02:30)", int64(1_774_000_000))
	berlin, err := schedule.Zone("Europe/Berlin")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		after := time.Unix(unix%(1<<33), 0)
		for _, d := range []schedule.Dialect{schedule.Rule, schedule.Scheduler, schedule.MuteRule} {
			e, err := schedule.Parse(text, d)
			if err != nil {
				if f := fault.Of(err); f.Kind != fault.Validation || f.Message == "" || f.Err == nil {
					t.Fatalf("Parse(%q, %d): %#v", text, d, err)
				}
				continue
			}
			if e.String() != text {
				t.Fatalf("Parse(%q) gives %q back", text, e)
			}
			checkRuns(t, e.In(berlin), after)
		}
		times, err := schedule.Upcoming(text, "Asia/Tokyo", after, 3)
		if (err == nil) != (times != nil) {
			t.Fatalf("Upcoming(%q) = %v, %v", text, times, err)
		}
	})
}

func checkRuns(t *testing.T, e schedule.Expression, after time.Time) {
	t.Helper()
	for range 3 {
		next, ok := e.Next(after)
		if !ok {
			return
		}
		if !next.After(after) {
			t.Fatalf("%v: %v does not come after %v", e, next, after)
		}
		if strings.HasPrefix(e.String(), "cron") && next.Second() != 0 {
			t.Fatalf("%v: %v is not a whole minute", e, next)
		}
		between := after.Add(next.Sub(after) / 2)
		if again, ok := e.Next(between); strings.HasPrefix(e.String(), "cron") && (!ok || !again.Equal(next)) {
			t.Fatalf("%v: after %v comes %v, but after %v in between %v", e, after, next, between, again)
		}
		after = next
	}
}
