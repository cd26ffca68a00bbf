package query

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"skywatch/metric"
)

// summary is what a label can tell of a series' values.
type summary struct {
	n                     int
	sum                   float64
	first, last, min, max point // of equal values the oldest
}

// add takes the points oldest first.
func (s *summary) add(p point) {
	if s.n == 0 {
		s.first, s.min, s.max = p, p, p
	}
	if p.value < s.min.value {
		s.min = p
	}
	if p.value > s.max.value {
		s.max = p
	}
	s.last = p
	s.sum += p.value
	s.n++
}

// isValuePlaceholder reports whether a label's placeholder tells of values.
func isValuePlaceholder(name string) bool {
	switch name {
	case "AVG", "SUM", "MIN", "MAX", "FIRST", "LAST", "DATAPOINT_COUNT", "FIRST_LAST_RANGE", "MIN_MAX_RANGE",
		"FIRST_LAST_TIME_RANGE", "MIN_MAX_TIME_RANGE",
		"FIRST_TIME", "LAST_TIME", "MIN_TIME", "MAX_TIME",
		"FIRST_TIME_RELATIVE", "LAST_TIME_RELATIVE", "MIN_TIME_RELATIVE", "MAX_TIME_RELATIVE":
		return true
	}
	return false
}

// text returns the placeholder's value. Without points all but the count are
// empty. Ranges are differences without sign, times relative to now likewise
// (signs and the form of durations are inferred).
func (s *summary) text(name string, now metric.Instant, zone *time.Location) string {
	if name == "DATAPOINT_COUNT" {
		return strconv.Itoa(s.n)
	}
	if s.n == 0 {
		return ""
	}
	switch name {
	case "AVG":
		return number(s.sum / float64(s.n))
	case "SUM":
		return number(s.sum)
	case "FIRST_LAST_RANGE":
		return number(math.Abs(s.last.value - s.first.value))
	case "MIN_MAX_RANGE":
		return number(s.max.value - s.min.value)
	case "FIRST_LAST_TIME_RANGE":
		return duration(s.first.time, s.last.time)
	case "MIN_MAX_TIME_RANGE":
		return duration(s.min.time, s.max.time)
	}
	which, time, _ := strings.Cut(name, "_")
	p := s.point(which)
	switch time {
	case "TIME":
		return p.time.Time().In(zone).Format("2006-01-02 15:04:05") // [T]
	case "TIME_RELATIVE":
		return duration(p.time, now)
	default:
		return number(p.value)
	}
}

func (s *summary) point(which string) point {
	switch which {
	case "FIRST":
		return s.first
	case "LAST":
		return s.last
	case "MIN":
		return s.min
	default:
		return s.max
	}
}

// number writes a value in the shortest form that reads back as the same.
func number(v float64) string {
	if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e21) {
		return strconv.FormatFloat(v, 'e', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// duration writes the time between two instants as in "1d 2h 3m 4s".
func duration(a, b metric.Instant) string {
	left := int64(max(a, b)-min(a, b)) / 1000
	var parts []string
	for _, u := range []struct {
		seconds int64
		name    string
	}{{86400, "d"}, {3600, "h"}, {60, "m"}, {1, "s"}} {
		if n := left / u.seconds; n > 0 || u.seconds == 1 && len(parts) == 0 {
			parts = append(parts, strconv.FormatInt(n, 10)+u.name)
			left -= n * u.seconds
		}
	}
	return strings.Join(parts, " ")
}

var timezone = regexp.MustCompile(`^[+-]([01]\d|2[0-3])[0-5]\d$`)

// parseTimezone reads +HHMM or -HHMM.
func parseTimezone(s string) (*time.Location, bool) {
	if !timezone.MatchString(s) {
		return nil, false
	}
	hours, _ := strconv.Atoi(s[1:3])
	minutes, _ := strconv.Atoi(s[3:])
	offset := (hours*60 + minutes) * 60
	if s[0] == '-' {
		offset = -offset
	}
	return time.FixedZone(s, offset), true
}
