package schedule_test

import (
	"testing"
	"time"

	"skywatch/schedule"
)

// BenchmarkNext measures one step of typical expressions and of those that look
// furthest: a fifth Friday in February (up to 40 years), days that never come
// (230 years), the hour that the clocks skip or repeat.
func BenchmarkNext(b *testing.B) {
	for _, c := range []struct{ name, text, zone, from string }{
		{"rate", "rate(5 minutes)", "", "2026-01-01T00:00:00Z"},
		{"at", "at(2026-06-01T12:00:00)", "Europe/Berlin", "2026-01-01T00:00:00Z"},
		{"daily", "cron(0 10 * * ? *)", "", "2026-01-01T12:00:00Z"},
		{"office hours", "cron(0/5 8-17 ? * MON-FRI *)", "America/New_York", "2026-01-02T23:00:00Z"},
		{"month end", "cron(0 18 LW * ? *)", "Europe/Berlin", "2026-01-31T00:00:00Z"},
		{"after the zone tables", "cron(0 10 * * ? *)", "Europe/Berlin", "2090-01-01T12:00:00Z"},
		{"spring gap", "cron(* 2 * * ? *)", "Europe/Berlin", "2026-03-28T23:00:00Z"},
		{"autumn hour", "cron(* * * * ? *)", "Europe/Berlin", "2026-10-25T01:00:00Z"},
		{"fifth Friday of February", "cron(0 0 ? 2 FRI#5 *)", "", "2064-03-01T00:00:00Z"},
		{"never", "cron(0 0 31 2,4,6,9,11 ? *)", "", "1970-01-01T00:00:00Z"},
	} {
		b.Run(c.name, func(b *testing.B) {
			e := parseIn(b, c.text, schedule.Scheduler, c.zone)
			from, err := time.Parse(time.RFC3339, c.from)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				e.Next(from)
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := schedule.Parse("cron(0/5 8-17 ? * MON-FRI *)", schedule.Rule); err != nil {
			b.Fatal(err)
		}
	}
}
