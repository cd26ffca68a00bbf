package scaling

import (
	"time"

	"skywatch/schedule"
	"skywatch/schedule/ticker"
)

// ScheduledAction changes a group's sizes at a time.
type ScheduledAction struct {
	Group string
	Name  string
	ID    string // a UUID, in the ARN
	ActionSettings
}

// ActionSettings are what a user says of a scheduled action.
type ActionSettings struct {
	Start, End time.Time `json:",omitzero"`
	// Recurrence is five fields of Unix cron; empty: once, at Start.
	Recurrence        string `json:",omitempty"`
	TimeZone          string `json:",omitempty"`
	Min, Max, Desired *int   `json:",omitempty"`
}

// maxActions is the quota of a group (user guide, "Quotas").
const maxActions = 125

// ARN returns the action's name.
func (a *ScheduledAction) ARN(n GroupName) string {
	return n.arn("scheduledUpdateGroupAction", a.ID, "autoScalingGroupName/"+n.Group+":scheduledActionName/"+a.Name)
}

func (a *ScheduledAction) plan(n GroupName) ticker.Plan { return plan(actionKind, n, a.Name) }

// expression is the recurrence; it is checked when the action is put.
func (a *ActionSettings) expression() (schedule.Expression, error) {
	zone, err := schedule.Zone(a.TimeZone)
	if err != nil {
		return schedule.Expression{}, err
	}
	e, err := schedule.Parse(a.Recurrence, schedule.Unix)
	return e.In(zone), err
}

// next is the first time after an instant at which the action runs, zero if
// there is none.
func (a *ActionSettings) next(after time.Time) time.Time {
	if a.Recurrence == "" {
		if a.Start.After(after) {
			return a.Start
		}
		return time.Time{}
	}
	e, err := a.expression()
	if err != nil {
		return time.Time{}
	}
	if a.Start.After(after) {
		after = a.Start.Add(-time.Millisecond) // the start itself is a time
	}
	t, ok := e.Next(after)
	if !ok || !a.End.IsZero() && t.After(a.End) {
		return time.Time{}
	}
	return t
}
