package alarms

import (
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"skywatch/metric"
)

// Periods by a clock; see testdata/wall_clock.
func TestWallClock(t *testing.T) {
	t.Parallel()
	datadriven.RunTest(t, "testdata/wall_clock", func(t *testing.T, td *datadriven.TestData) string {
		d := &Definition{EvaluationWindow: &EvaluationWindow{WallClock: true}, EvaluationPeriods: 1}
		n := 3
		td.ScanArgs(t, "zone", &d.EvaluationWindow.Timezone)
		arguments(t, td, d)
		td.MaybeScanArgs(t, "slots", &n)
		at, err := time.Parse(time.RFC3339, strings.TrimSpace(td.Input))
		if err != nil {
			t.Fatal(err)
		}
		clock := d.clock()
		var b strings.Builder
		for _, bound := range clock.bounds(n, metric.At(at)) {
			b.WriteString(bound.Time().Format("Mon 2006-01-02 15:04Z = ") + bound.Time().In(clock.zone).Format("Mon 15:04-07:00") + "\n")
		}
		return b.String()
	})
}

// The range of an alarm reaches as far back as span says, whatever the clock did.
func TestWallClockSpan(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "-09:35"} {
		for _, period := range []metric.Period{60, 300, 3600, 86400, 604800} {
			d := &Definition{Period: period, EvaluationPeriods: 1, EvaluationWindow: &EvaluationWindow{WallClock: true, Timezone: zone}}
			begin := metric.At(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC))
			for at := begin; at < begin.Add(366*24*time.Hour); at = at.Add(7*time.Hour + 13*time.Minute) {
				bounds := d.clock().bounds(d.slots(), at)
				for i, b := range bounds[1:] {
					if b <= bounds[i] {
						t.Fatalf("%s %d at %v: %v", zone, period, at.Time(), bounds)
					}
				}
				if end := bounds[len(bounds)-1]; end > at || end <= at.Add(-period.Duration()-time.Hour) || bounds[0] < at.Add(-d.span()) {
					t.Fatalf("%s %d at %v: %v", zone, period, at.Time(), bounds)
				}
			}
		}
	}
}
