package mute

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Rule is a parsed mute rule; zero dates are absent.
type Rule struct {
	Duration           time.Duration
	Zone               *time.Location
	StartDate, Expires time.Time

	once    string // the wall clock of an at(), or empty
	fields  [5]map[int]bool
	starred [5]bool
}

// wallClock is how at() writes its time.
const wallClock = "2006-01-02T15:04"

// Parse reads the expression, the ISO 8601 duration and the time zone (empty is
// UTC) of a schedule.
func Parse(expression, duration, zone string) (Rule, error) {
	var r Rule
	var err error
	if r.Duration, err = parseDuration(duration); err != nil {
		return Rule{}, err
	}
	if r.Zone, err = time.LoadLocation(zone); err != nil {
		return Rule{}, err
	}
	if at, ok := inside(expression, "at("); ok {
		_, err := time.Parse(wallClock, at)
		r.once = at
		return r, err
	}
	fields, ok := inside(expression, "cron(")
	if !ok {
		return Rule{}, fmt.Errorf("no schedule: %s", expression)
	}
	return r, r.parseCron(fields)
}

func inside(text, head string) (string, bool) {
	text, begins := strings.CutPrefix(text, head)
	text, ends := strings.CutSuffix(text, ")")
	return text, begins && ends
}

// field is one of the five: its bounds and names.
type field struct {
	low, high int
	names     string // from low, in groups of three letters
}

func fields() [5]field {
	return [5]field{
		{0, 59, ""},
		{0, 23, ""},
		{1, 31, ""},
		{1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"},
		{0, 7, "SUNMONTUEWEDTHUFRISAT"},
	}
}

func (r *Rule) parseCron(text string) error {
	words := strings.Fields(text)
	if len(words) != 5 {
		return fmt.Errorf("%d fields", len(words))
	}
	for i, f := range fields() {
		r.starred[i] = words[i] == "*"
		r.fields[i] = make(map[int]bool)
		for part := range strings.SplitSeq(words[i], ",") {
			low, high, err := f.span(part)
			if err != nil {
				return err
			}
			for n := low; n <= high; n++ {
				r.fields[i][n] = true
			}
		}
	}
	if r.fields[4][7] {
		r.fields[4][0] = true
	}
	return nil
}

// span reads "*", "n" or "n-m".
func (f field) span(part string) (low, high int, err error) {
	if part == "*" {
		return f.low, f.high, nil
	}
	from, to, ranged := strings.Cut(part, "-")
	if low, err = f.number(from); err != nil || !ranged {
		return low, low, err
	}
	high, err = f.number(to)
	if err == nil && high < low {
		err = fmt.Errorf("a range that goes down: %s", part)
	}
	return low, high, err
}

func (f field) number(text string) (int, error) {
	if i := strings.Index(f.names, text); len(text) == 3 && i >= 0 && i%3 == 0 {
		return f.low + i/3, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < f.low || n > f.high {
		return 0, fmt.Errorf("no value of the field: %s", text)
	}
	return n, nil
}

var isoDuration = regexp.MustCompile(`^P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?)?$`)

// parseDuration reads days, hours and minutes, PT1M to P15D.
func parseDuration(text string) (time.Duration, error) {
	parts := isoDuration.FindStringSubmatch(text)
	if parts == nil {
		return 0, fmt.Errorf("no duration: %s", text)
	}
	var d time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute} {
		n, _ := strconv.Atoi(parts[i+1]) // an absent part is none
		d += time.Duration(n) * unit
	}
	if d < time.Minute || d > 15*24*time.Hour {
		return 0, fmt.Errorf("a duration of %s", d)
	}
	return d, nil
}
