package scheduler

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"skywatch/metric"
)

// Random schedules: their times, asked for one after the other or at random,
// are those that the planned times give one by one.
func TestTimesRandom(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		made := time.Date(2026, 1, 1, 0, 0, 0, rapid.IntRange(0, 999).Draw(t, "ms")*1e6, time.UTC).
			Add(time.Duration(rapid.IntRange(0, 365*24*3600).Draw(t, "made")) * time.Second)
		sch := Schedule{Name: Name{GroupName{metric.Tenant{Account: "1", Region: "r"}, "g"}, "s"}, Since: made}
		sch.Expression = rapid.SampledFrom([]string{
			"rate(1 minutes)", "rate(7 hours)", "rate(3 days)", "cron(* * * * ? *)", "cron(0/7 * * * ? *)", "cron(30 2 * * ? *)",
			"cron(0 9 ? * MON-FRI *)", "cron(0 0 L * ? *)", "cron(0 0 29 2 ? *)", "at(2026-03-29T02:30:00)", "at(2026-07-01T12:00:00)",
		}).Draw(t, "expression")
		sch.Timezone = rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"}).Draw(t, "zone")
		sch.Window = rapid.SampledFrom([]int{0, 1, 15, 1440}).Draw(t, "window")
		if rapid.Bool().Draw(t, "bounded") {
			sch.Start = made.Add(time.Duration(rapid.IntRange(-1000, 1000).Draw(t, "start")) * time.Minute)
			sch.End = sch.Start.Add(time.Duration(rapid.IntRange(1, 5000).Draw(t, "end")) * time.Minute)
		}
		times, err := sch.times()
		if err != nil {
			t.Fatal(err)
		}
		compare(t, times)
	})
}

func compare(t *rapid.T, times times) {
	type run struct{ planned, acted time.Time }
	var all []run
	for p, ok := times.planned(time.Time{}); ok && len(all) < 50; p, ok = times.planned(p) {
		all = append(all, run{p, times.actedOn(p)})
	}
	at, ok := times.first()
	for i, want := range all {
		if !ok || !at.Equal(want.acted) {
			t.Fatalf("time %d is %v, want %v", i, at, want.acted)
		}
		if at.Before(want.planned) || at.Sub(want.planned) > times.window || i > 0 && !at.After(all[i-1].acted) {
			t.Fatalf("time %d is %v, planned for %v, after %v", i, at, want.planned, all[max(0, i-1)].acted)
		}
		if p, ok := times.latest(at); !ok || !p.Equal(want.planned) {
			t.Fatalf("%v was planned for %v, not %v", at, want.planned, p)
		}
		if last := times.lastBefore(at.Add(-1)); i > 0 && !last.Equal(all[i-1].acted) {
			t.Fatalf("before %v came %v, not %v", at, all[i-1].acted, last)
		}
		if n := times.missed(all[0].acted, at); n != i {
			t.Fatalf("%d times until %v, not %d", i, at, n)
		}
		at, ok = times.next(at)
	}
	if ok && len(all) < 50 {
		t.Fatalf("%v comes after the last", at)
	}
}
