package schedule_test

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// oracle is a second reading of cron(), from the specification alone: it looks
// at every minute and asks each field whether it matches. It shares no code
// with the package and trusts its input to be well formed.
type oracle struct {
	minutes, hours, months, years map[int]bool
	ofMonth, ofWeek               []string
	zone                          *time.Location
}

func newOracle(expression string, zone *time.Location) oracle {
	f := strings.Fields(expression[len("cron(") : len(expression)-1])
	return oracle{
		minutes: members(f[0], 0, 59), hours: members(f[1], 0, 23), months: members(f[3], 1, 12), years: members(f[5], 1970, 2199),
		ofMonth: strings.Split(f[2], ","), ofWeek: strings.Split(f[4], ","),
		zone: zone,
	}
}

// runs walks from the minute after the given instant to an end and gives the
// matching ones, at most n; and how far it looked.
func (o oracle) runs(after, end time.Time, n int) (runs []time.Time, until time.Time) {
	t := after.Truncate(time.Minute).Add(time.Minute).In(o.zone)
	for t.Before(end) && len(runs) < n {
		if !o.onDate(t) {
			// The rest of a wrong day is crossed in larger steps.
			if later := t.Add(30 * time.Minute); later.Day() == t.Day() {
				t = later
			} else {
				t = t.Add(time.Minute)
			}
			continue
		}
		if o.minutes[t.Minute()] && o.hours[t.Hour()] && !shownBefore(t) {
			runs = append(runs, t)
		}
		t = t.Add(time.Minute)
	}
	return runs, t
}

// shownBefore reports whether the clocks showed the same at some minute of the
// two days before.
func shownBefore(t time.Time) bool {
	_, offset := t.Zone()
	for back := 1; back <= 2*24*60; back++ {
		_, before := t.Add(-time.Duration(back) * time.Minute).Zone()
		if before-offset == back*60 {
			return true
		}
	}
	return false
}

func (o oracle) onDate(t time.Time) bool {
	if !o.years[t.Year()] || !o.months[int(t.Month())] {
		return false
	}
	matches := func(term string) bool { return dayOfMonth(term, t) }
	terms := o.ofMonth
	if terms[0] == "?" {
		matches, terms = func(term string) bool { return dayOfWeek(term, t) }, o.ofWeek
	}
	return slices.ContainsFunc(terms, matches)
}

func dayOfMonth(term string, t time.Time) bool {
	last := lastDay(t)
	working := func(day int) bool {
		d := time.Date(t.Year(), t.Month(), day, 0, 0, 0, 0, time.UTC)
		return day >= 1 && day <= last && d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
	}
	switch {
	case term == "LW":
		day := last
		for !working(day) {
			day--
		}
		return t.Day() == day
	case term == "L":
		return t.Day() == last
	case strings.HasPrefix(term, "L-"):
		n, _ := strconv.Atoi(term[2:])
		return t.Day()+n == last
	case strings.HasSuffix(term, "W"):
		n, _ := strconv.Atoi(strings.TrimSuffix(term, "W"))
		if n > last {
			return false
		}
		for distance := 0; ; distance++ {
			if working(n - distance) {
				return t.Day() == n-distance
			}
			if working(n + distance) {
				return t.Day() == n+distance
			}
		}
	}
	return members(term, 1, 31)[t.Day()]
}

func dayOfWeek(term string, t time.Time) bool {
	number := int(t.Weekday()) + 1
	weekday, k, nth := strings.Cut(term, "#")
	switch {
	case term == "L":
		return number == 7
	case nth:
		n, _ := strconv.Atoi(k)
		return members(weekday, 1, 7)[number] && (t.Day()-1)/7+1 == n
	case strings.HasSuffix(term, "L"):
		return members(strings.TrimSuffix(term, "L"), 1, 7)[number] && t.Day()+7 > lastDay(t)
	}
	return members(term, 1, 7)[number]
}

func lastDay(t time.Time) int {
	day := 31
	for time.Date(t.Year(), t.Month(), day, 0, 0, 0, 0, time.UTC).Month() != t.Month() {
		day--
	}
	return day
}

// members counts out a list of terms: a walk round the circle from low to high.
func members(list string, low, high int) map[int]bool {
	in := map[int]bool{}
	for term := range strings.SplitSeq(list, ",") {
		span, by, stepped := strings.Cut(term, "/")
		step := 1
		if stepped {
			step, _ = strconv.Atoi(by)
		}
		first, end, ranged := strings.Cut(span, "-")
		from, to := named(first, high), named(end, high)
		switch {
		case span == "*":
			from, to = low, high
		case !ranged && stepped:
			to = high
		case !ranged:
			to = from
		}
		for n, count := from, 0; ; count++ {
			if count%step == 0 {
				in[n] = true
			}
			if n == to {
				break
			}
			if n++; n > high {
				n = low
			}
		}
	}
	return in
}

// named reads a number or a name; high tells months and weekdays apart.
func named(text string, high int) int {
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	names := map[int]string{12: "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC", 7: "SUN MON TUE WED THU FRI SAT"}[high]
	return 1 + slices.Index(strings.Fields(names), text)
}
