package mute

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// brute is a rule as somebody reads it who looks at the clock on the wall every
// minute: it shares no code with the package.
type brute struct {
	minutes, hours, days, months, weekdays map[int]bool // nil: *
	once                                   string       // what the clock shows, of at()
	duration                               time.Duration
	zone                                   *time.Location
	start, expire                          time.Time
}

// begins reports whether a window begins at a minute, bounds aside.
func (b *brute) begins(t time.Time) bool {
	t = t.In(b.zone)
	if b.once != "" {
		return t.Format("2006-01-02T15:04") == b.once && !shownBefore(t)
	}
	in := func(set map[int]bool, n int) bool { return set == nil || set[n] }
	if !in(b.minutes, t.Minute()) || !in(b.hours, t.Hour()) || !in(b.months, int(t.Month())) {
		return false
	}
	byDay, byWeekday := in(b.days, t.Day()), in(b.weekdays, int(t.Weekday()))
	if b.days != nil && b.weekdays != nil {
		return (byDay || byWeekday) && !shownBefore(t)
	}
	return byDay && byWeekday && !shownBefore(t)
}

// shownBefore reports whether the clock showed the same within three hours before.
func shownBefore(t time.Time) bool {
	_, offset := t.Zone()
	for back := 1; back <= 180; back++ {
		if _, before := t.Add(-time.Duration(back) * time.Minute).Zone(); before-offset == back*60 {
			return true
		}
	}
	return false
}

// walk calls fn for the minutes from one to another, telling whether it mutes.
func (b *brute) walk(from, to time.Time, fn func(t time.Time, muted bool)) {
	var until time.Time // the end of the window that began last
	for t := from.Add(-b.duration); t.Before(to); t = t.Add(time.Minute) {
		if b.begins(t) {
			until = t.Add(b.duration)
		}
		if t.Before(from) {
			continue
		}
		fn(t, t.Before(until) && !t.Before(b.start) && (b.expire.IsZero() || t.Before(b.expire)))
	}
}

// draw makes a rule for the days from an instant on, in both readings.
func draw(r *rand.Rand, from time.Time) (Definition, *brute) {
	zones := []string{"", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"}
	d := Definition{Timezone: zones[r.IntN(len(zones))]}
	b := &brute{duration: time.Duration(1+r.IntN(300)) * time.Minute}
	if r.IntN(4) == 0 {
		b.duration *= 70
	}
	b.zone, _ = time.LoadLocation(d.Timezone)
	d.Duration = fmt.Sprintf("PT%dM", int(b.duration/time.Minute))
	if r.IntN(5) == 0 {
		b.once = from.Add(time.Duration(r.IntN(3*24*60)) * time.Minute).In(b.zone).Format("2006-01-02T15:04")
		d.Expression = "at(" + b.once + ")"
	} else {
		fields := make([]string, 5)
		for i, f := range []struct {
			set      *map[int]bool
			min, max int
		}{{&b.minutes, 0, 59}, {&b.hours, 0, 23}, {&b.days, 1, 31}, {&b.months, 1, 12}, {&b.weekdays, 0, 7}} {
			fields[i], *f.set = drawField(r, f.min, f.max)
		}
		if b.weekdays != nil && b.weekdays[7] {
			b.weekdays[0] = true
		}
		d.Expression = "cron(" + strings.Join(fields, " ") + ")"
	}
	if r.IntN(3) == 0 {
		b.start = from.Add(time.Duration(r.IntN(2*24*60)) * time.Minute)
		d.Start = b.start
	}
	if r.IntN(3) == 0 {
		b.expire = from.Add(time.Duration(r.IntN(3*24*60)) * time.Minute)
		d.Expire = b.expire
	}
	return d, b
}

func drawField(r *rand.Rand, least, most int) (string, map[int]bool) {
	if r.IntN(3) == 0 {
		return "*", nil
	}
	set, terms := map[int]bool{}, []string{}
	for range 1 + r.IntN(3) {
		a := least + r.IntN(most-least+1)
		b := a + r.IntN(most-a+1)
		if r.IntN(2) == 0 {
			b = a
			terms = append(terms, strconv.Itoa(a))
		} else {
			terms = append(terms, fmt.Sprintf("%d-%d", a, b))
		}
		for n := a; n <= b; n++ {
			set[n] = true
		}
	}
	return strings.Join(terms, ","), set
}

// TestAgainstTheClockOnTheWall compares both readings, around changes of clocks.
// MUTE_SEED repeats a run.
func TestAgainstTheClockOnTheWall(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("MUTE_SEED"); s != "" {
		seed, _ = strconv.ParseUint(s, 10, 64)
	}
	t.Logf("MUTE_SEED=%d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	changes := []time.Time{
		time.Date(2026, 3, 28, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 24, 0, 0, 0, 0, time.UTC),
		time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 4, 0, 0, 0, 0, time.UTC),
		time.Date(2028, 2, 28, 0, 0, 0, 0, time.UTC),
	}
	for range 60 {
		from := changes[r.IntN(len(changes))]
		d, b := draw(r, from)
		s, err := Parse(d)
		if err != nil {
			t.Fatalf("%+v: %v", d, err)
		}
		compare(t, d, s, b, from, from.AddDate(0, 0, 3))
	}
}

func compare(t *testing.T, d Definition, s Schedule, b *brute, from, to time.Time) {
	t.Helper()
	next, ok := s.Next(from.Add(-time.Nanosecond))
	before := false
	b.walk(from, to, func(at time.Time, muted bool) {
		w, active := s.At(at)
		if active != muted {
			t.Fatalf("%+v at %v: active %v, want %v", d, at, active, muted)
		}
		if active && (w.Start.After(at) || !w.End.After(at)) {
			t.Fatalf("%+v at %v: the window is %v", d, at, w)
		}
		if at.Minute()%20 == 0 {
			tellStatus(t, d, s, at, active)
		}
		if active && !before && at.After(from) && (!ok || next.Start.After(at)) {
			t.Fatalf("%+v: the first window is %v, but it mutes at %v", d, next, at)
		}
		before = active
	})
}

func tellStatus(t *testing.T, d Definition, s Schedule, at time.Time, active bool) {
	t.Helper()
	w, more := s.Next(at)
	want := Expired
	switch {
	case active:
		want = Active
	case more:
		want = Scheduled
	}
	if got := s.Status(at); got != want {
		t.Fatalf("%+v at %v: the status is %s, want %s; next is %v", d, at, got, want, w)
	}
}
