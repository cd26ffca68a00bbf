package tracking

import (
	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/metric"
)

// Alarm is an alarm that a policy owns.
type Alarm struct {
	Name        string
	Description string
	// Metric or Queries are what it is on; all periods are Period.
	Metric  *Metric
	Queries []Query
	Period  int // in seconds
	// High is above the threshold, and otherwise below it, in all of Periods.
	High      bool
	Threshold float64
	Periods   int
	Action    string // the policy's ARN
}

// Alarms keeps the alarms that policies own.
type Alarms interface {
	// PutAlarm makes or replaces an alarm.
	PutAlarm(tx *catalog.Tx, t metric.Tenant, a Alarm) error
	// DropAlarms deletes alarms. Those on which others depend stay, and are nobody's.
	DropAlarms(tx *catalog.Tx, t metric.Tenant, names ...string) error
	// Alarming reports whether an alarm is in ALARM.
	Alarming(r catalog.Reader, t metric.Tenant, name string) (bool, error)
}

// Owned are the names of the alarms that a policy owns; Low is empty where it
// does not scale in.
type Owned struct {
	High string `json:",omitempty"`
	Low  string `json:",omitempty"`
}

// Names lists them.
func (o Owned) Names() (names []string) {
	for _, n := range []string{o.High, o.Low} {
		if n != "" {
			names = append(names, n)
		}
	}
	return names
}

// longestName is the length of an alarm's name (API model).
const longestName = 255

// name makes the name of an alarm for what is scaled, which is cut to what fits
// (inferred).
func name(scaled, which string) string {
	tail := "-Alarm" + which + "-" + uuid.NewString()
	const head = "TargetTracking-"
	room := longestName - len(head) - len(tail)
	if len(scaled) > room {
		scaled = scaled[:room]
	}
	return head + scaled + tail
}

// own gives names to the alarms that the settings call for; those that have one
// keep it. scaled is the group or resource.
func (s *Settings) own(had Owned, scaled string) Owned {
	if had.High == "" {
		had.High = name(scaled, "High")
	}
	switch {
	case s.NoScaleIn:
		had.Low = ""
	case had.Low == "":
		had.Low = name(scaled, "Low")
	}
	return had
}

// What the alarms of policies look like (events.md 7.3, "commonly seen"): High
// above the target for three periods, Low below nine tenths of it for a quarter
// of an hour.
const (
	highPeriods = 3
	lowSeconds  = 15 * 60
	lowShare    = 0.9
)

// Alarms makes the alarms of a policy that owns them by these names. on is what
// is tracked: the settings' own, or what a predefined metric stands for.
func (s *Settings) Alarms(own Owned, on Metric, policy string) []Alarm {
	a := Alarm{
		Name: own.High, Description: "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy " + policy + ".",
		Queries: s.Queries, Period: s.period(), High: true, Threshold: s.Target, Periods: highPeriods, Action: policy,
	}
	if len(s.Queries) == 0 {
		a.Metric = &on
	}
	if own.Low == "" {
		return []Alarm{a}
	}
	low := a
	low.Name, low.High, low.Threshold, low.Periods = own.Low, false, s.Target*lowShare, lowSeconds/a.Period
	return []Alarm{a, low}
}

// Keep brings the alarms of a policy in line with its settings, and returns the
// names of those that it owns then. settings is nil for a policy that tracks
// nothing (any more), had is what it owned before.
func Keep(tx *catalog.Tx, by Alarms, t metric.Tenant, settings *Settings, had Owned, scaled string, on Metric, policy string) (Owned, error) {
	if settings == nil {
		return Owned{}, by.DropAlarms(tx, t, had.Names()...)
	}
	own := settings.own(had, scaled)
	if own.Low == "" && had.Low != "" {
		if err := by.DropAlarms(tx, t, had.Low); err != nil {
			return own, err
		}
	}
	for _, a := range settings.Alarms(own, on, policy) {
		if err := by.PutAlarm(tx, t, a); err != nil {
			return own, err
		}
	}
	return own, nil
}
