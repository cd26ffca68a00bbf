package mute

import (
	"testing"
	"time"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestWindows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		expression, duration, zone string
		at                         string
		active                     bool
		next                       string
	}{
		// 25 November 2026 is a Wednesday.
		{"cron(0 2 * * *)", "PT2H", "", "2026-11-25T01:59:59Z", false, "2026-11-25T02:00:00Z"},
		{"cron(0 2 * * *)", "PT2H", "", "2026-11-25T02:00:00Z", true, "2026-11-26T02:00:00Z"},
		{"cron(0 2 * * *)", "PT2H", "", "2026-11-25T03:59:59Z", true, "2026-11-26T02:00:00Z"},
		{"cron(0 2 * * *)", "PT2H", "", "2026-11-25T04:00:00Z", false, "2026-11-26T02:00:00Z"},
		{"cron(0 2 * * *)", "PT2H", "America/New_York", "2026-11-25T07:30:00Z", true, "2026-11-26T07:00:00Z"},
		{"cron(0 22 * * FRI)", "P2DT4H", "", "2026-11-30T01:59:00Z", true, "2026-12-04T22:00:00Z"},
		{"cron(0 22 * * 5)", "P2DT4H", "", "2026-11-30T02:00:00Z", false, "2026-12-04T22:00:00Z"},
		{"cron(0 0 * * 7)", "PT1M", "", "2026-11-29T00:00:30Z", true, "2026-12-06T00:00:00Z"},
		{"cron(0,30 8-9 1 JAN-MAR *)", "PT5M", "", "2027-01-01T09:34:00Z", true, "2027-02-01T08:00:00Z"},
		{"cron(* * * * *)", "PT1M", "", "2026-11-25T02:00:30Z", true, "2026-11-25T02:01:00Z"},
		{"at(2026-11-25T10:00)", "PT1H", "Asia/Kolkata", "2026-11-25T04:45:00Z", true, ""},
		{"at(2026-11-25T10:00)", "PT1H", "Asia/Kolkata", "2026-11-25T04:29:00Z", false, "2026-11-25T04:30:00Z"},
		// At 2026-10-25T01:00Z the clocks of Berlin go from 3:00 back to 2:00.
		{"cron(30 2 * * *)", "PT10M", "Europe/Berlin", "2026-10-24T23:00:00Z", false, "2026-10-25T00:30:00Z"},
		{"cron(30 3 * * *)", "PT10M", "Europe/Berlin", "2026-10-25T00:00:00Z", false, "2026-10-25T02:30:00Z"},
	} {
		r, err := Parse(c.expression, c.duration, c.zone)
		if err != nil {
			t.Errorf("%s: %v", c.expression, err)
			continue
		}
		now := at(t, c.at)
		next, ok := r.Next(now)
		if r.Active(now) != c.active || ok != (c.next != "") || ok && !next.Equal(at(t, c.next)) {
			t.Errorf("%s for %s at %s: %v, next %v %v, want %v, %s", c.expression, c.duration, c.at, r.Active(now), next, ok, c.active, c.next)
		}
	}
}

func TestDatesAndStatus(t *testing.T) {
	t.Parallel()
	r, err := Parse("cron(0 2 * * *)", "PT2H", "")
	if err != nil {
		t.Fatal(err)
	}
	r.StartDate, r.Expires = at(t, "2026-11-25T03:00:00Z"), at(t, "2026-11-27T02:30:00Z")
	for when, want := range map[string]string{
		"2026-11-24T02:30:00Z": "SCHEDULED", "2026-11-25T02:30:00Z": "SCHEDULED", "2026-11-25T03:30:00Z": "ACTIVE",
		"2026-11-27T02:29:00Z": "ACTIVE", "2026-11-27T02:30:00Z": "EXPIRED",
	} {
		if got := r.Status(at(t, when)); got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
	}
	cut, err := Parse("at(2026-11-25T10:00)", "PT1H", "")
	if err != nil {
		t.Fatal(err)
	}
	cut.StartDate = at(t, "2026-11-25T10:30:00Z")
	if got := cut.Status(at(t, "2026-11-25T10:10:00Z")); got != "SCHEDULED" {
		t.Errorf("before a StartDate within the window: %s", got)
	}
	once, err := Parse("at(2026-11-25T10:00)", "PT1H", "")
	if err != nil || once.Status(at(t, "2026-11-25T11:00:00Z")) != "EXPIRED" || once.Type() != "ONE_TIME" || r.Type() != "RECURRING" {
		t.Errorf("a window that was once is not over: %v", err)
	}
}

func TestRefusedSchedules(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"cron(0 2 * *)", "PT1H", ""},
		{"cron(60 2 * * *)", "PT1H", ""},
		{"cron(0 24 * * *)", "PT1H", ""},
		{"cron(0 2 0 * *)", "PT1H", ""},
		{"cron(0 2 * 13 *)", "PT1H", ""},
		{"cron(0 2 * * 8)", "PT1H", ""},
		{"cron(0 2 * * FOO)", "PT1H", ""},
		{"cron(5-2 2 * * *)", "PT1H", ""},
		{"at(2026-11-25)", "PT1H", ""},
		{"rate(1 hour)", "PT1H", ""},
		{"cron(0 2 * * *)", "PT0M", ""},
		{"cron(0 2 * * *)", "P16D", ""},
		{"cron(0 2 * * *)", "1H", ""},
		{"cron(0 2 * * *)", "PT1H", "Mars/Base"},
	} {
		if _, err := Parse(c[0], c[1], c[2]); err == nil {
			t.Errorf("%v is read", c)
		}
	}
}

// TestMutedActions changes states in and around two windows that overlap.
func TestMutedActions(t *testing.T) {
	t.Parallel()
	begin := at(t, "2026-11-25T10:00:00Z")
	minute := func(n int) time.Time { return begin.Add(time.Duration(n) * time.Minute) }
	rule := func(expression, duration string) Rule {
		r, err := Parse(expression, duration, "")
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	a := Alarm{State: "OK", Rules: map[string]Rule{
		"one": rule("at(2026-11-25T10:10)", "PT10M"), "two": rule("cron(15 10,12 * * *)", "PT10M"),
	}}
	for n := range 180 {
		switch n {
		case 5, 21, 136:
			a.Changes(minute(n), "ALARM")
		case 7, 138:
			a.Changes(minute(n), "OK")
		}
		a.Look(minute(n))
	}
	want := []Action{{minute(5), "ALARM", false}, {minute(7), "OK", false}, {minute(25), "ALARM", true}, {minute(145), "OK", true}}
	if len(a.Acted) != len(want) {
		t.Fatalf("%v, want %v", a.Acted, want)
	}
	for i := range want {
		if a.Acted[i] != want[i] {
			t.Errorf("%v, want %v", a.Acted[i], want[i])
		}
	}
	a = Alarm{State: "OK", Rules: map[string]Rule{"one": rule("at(2026-11-25T10:10)", "PT10M")}}
	a.Changes(minute(11), "ALARM")
	a.Changes(minute(12), "OK") // changed back
	a.Look(minute(20))
	a.Changes(minute(21), "ALARM")
	if len(a.Acted) != 1 || a.Acted[0].After {
		t.Errorf("%v", a.Acted)
	}
}
