package mute

import (
	"strconv"
	"strings"
	"time"

	"skywatch/internal/fault"
)

// The shortest and the longest duration of a window (API model).
const (
	shortest = time.Minute
	longest  = 15 * 24 * time.Hour
)

// parseDuration reads an ISO 8601 duration of days, hours, minutes and seconds,
// each a whole number and in this order, or of weeks alone. Years and months are
// no fixed time and longer than any window.
func parseDuration(text string) (time.Duration, error) {
	d, ok := duration(text)
	if !ok {
		// (inferred) CloudWatch's texts are not published; the bounds are its own.
		return 0, fault.New(fault.Validation, "Parameter Rule.Schedule.Duration is not valid: %q is not an ISO 8601 duration of days, hours, minutes and seconds.", text)
	}
	if d < shortest || d > longest {
		return 0, fault.New(fault.Validation, "Parameter Rule.Schedule.Duration is not valid: %s is not between PT1M and P15D.", text)
	}
	return d, nil
}

// unit is a part of a duration: what it is written with, and its length.
type unit struct {
	letter byte
	length time.Duration
}

var (
	weeks      = []unit{{'W', 7 * 24 * time.Hour}}
	dateUnits  = []unit{{'D', 24 * time.Hour}}
	clockUnits = []unit{{'H', time.Hour}, {'M', time.Minute}, {'S', time.Second}}
)

func duration(text string) (time.Duration, bool) {
	rest, ok := strings.CutPrefix(text, "P")
	if !ok {
		return 0, false
	}
	if d, ok := sum(rest, weeks); ok {
		return d, true
	}
	date, clock, timed := strings.Cut(rest, "T")
	var d time.Duration
	if date != "" || !timed {
		if d, ok = sum(date, dateUnits); !ok {
			return 0, false
		}
	}
	if timed {
		c, ok := sum(clock, clockUnits)
		return d + c, ok
	}
	return d, true
}

// sum adds up numbers that are each followed by the letter of a unit, at least
// one, the units in their order. Numbers have at most seven digits, which the
// longest window in seconds has.
func sum(text string, units []unit) (d time.Duration, ok bool) {
	for _, u := range units {
		number, rest, found := strings.Cut(text, string(u.letter))
		if !found {
			continue
		}
		n, err := strconv.ParseUint(number, 10, 32)
		if err != nil || len(number) > 7 {
			return 0, false
		}
		d, text, ok = d+time.Duration(n)*u.length, rest, true
	}
	return d, ok && text == ""
}
