package mute

import (
	"time"

	"skywatch/schedule"
)

// Definition is when a rule mutes, as PutAlarmMuteRule is sent it. It can be kept:
// a zero value of what may be absent means absent.
type Definition struct {
	Expression string // cron() or at()
	Duration   string // ISO 8601
	Timezone   string `json:",omitempty"` // an IANA name; empty: UTC
	// Start bounds the windows from below and Expire from above: what lies outside
	// is cut off. Zero: unbounded.
	Start  time.Time `json:",omitzero"`
	Expire time.Time `json:",omitzero"`
}

// Schedule is a Definition that was read. The zero value has no window.
type Schedule struct {
	expression    schedule.Expression
	duration      time.Duration
	start, expire time.Time
}

// Parse reads a definition. An error is a *fault.Error of AWS's kind that names
// the parameter.
func Parse(d Definition) (Schedule, error) {
	e, err := schedule.Parse(d.Expression, schedule.MuteRule)
	if err != nil {
		return Schedule{}, err
	}
	length, err := parseDuration(d.Duration)
	if err != nil {
		return Schedule{}, err
	}
	zone, err := schedule.Zone(d.Timezone)
	if err != nil {
		return Schedule{}, err
	}
	return Schedule{expression: e.In(zone), duration: length, start: d.Start, expire: d.Expire}, nil
}

// Type is a rule's MuteType.
type Type string

// The types.
const (
	OneTime   Type = "ONE_TIME"
	Recurring Type = "RECURRING"
)

// Type tells rules with one window from those with many.
func (s Schedule) Type() Type {
	if s.expression.OneTime() {
		return OneTime
	}
	return Recurring
}

// Status is a rule's status at an instant.
type Status string

// The statuses.
const (
	Scheduled Status = "SCHEDULED" // a window is still to come
	Active    Status = "ACTIVE"    // inside a window
	Expired   Status = "EXPIRED"   // the last window is over
)

// Status returns the rule's status at an instant.
func (s Schedule) Status(t time.Time) Status {
	if _, ok := s.At(t); ok {
		return Active
	}
	if _, ok := s.Next(t); ok {
		return Scheduled
	}
	return Expired
}
