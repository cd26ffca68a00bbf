package alarms

import (
	"regexp"
	"strconv"
	"time"

	clocks "skywatch/schedule"
)

// offset is a zone of a fixed distance from UTC: +05:30 or UTC+05:30.
var offset = regexp.MustCompile(`^(?:UTC)?([+-])(\d\d):(\d\d)$`)

// Zone is the time zone whose clock a wall-clock window follows: one of the IANA
// database or a distance from UTC, in whole five minutes and less than a day
// (inferred).
func (w *EvaluationWindow) Zone() (*time.Location, error) {
	m := offset.FindStringSubmatch(w.Timezone)
	if m == nil {
		zone, err := clocks.Zone(w.Timezone)
		if err != nil {
			return nil, invalid("The value %s for parameter EvaluationWindow.WallClockWindow.Timezone is not a valid time zone.", w.Timezone) // wording (inferred)
		}
		return zone, nil
	}
	hours, _ := strconv.Atoi(m[2])
	minutes, _ := strconv.Atoi(m[3])
	if hours > 23 || minutes > 59 || minutes%5 != 0 {
		return nil, invalid("The offset %s of EvaluationWindow.WallClockWindow.Timezone must be aligned to a multiple of 5 minutes.", w.Timezone) // wording (inferred)
	}
	seconds := (hours*60 + minutes) * 60
	if m[1] == "-" {
		seconds = -seconds
	}
	return time.FixedZone(w.Timezone, seconds), nil
}
