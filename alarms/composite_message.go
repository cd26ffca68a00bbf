package alarms

import (
	"encoding/json"

	"skywatch/metric"
)

// triggeringChild is an alarm that determined the state of a composite alarm, as
// the message to a topic tells it.
type triggeringChild struct {
	Arn   string //nolint:revive // AWS's spelling
	State triggeringChildState
}

type triggeringChildState struct {
	Value     State
	Timestamp stamp
}

// triggeringChildren are those of the state that the alarm is in: they are in its
// reason data, as the children may be elsewhere by now. Of a state that was set by
// hand there are none (recorded).
func triggeringChildren(a *Alarm) []triggeringChild {
	var data triggers
	found := []triggeringChild{}
	if a.ReasonData == "" || json.Unmarshal([]byte(a.ReasonData), &data) != nil {
		return found // set by hand
	}
	for _, t := range data.Alarms {
		found = append(found, triggeringChild{t.ARN, triggeringChildState{t.State.Value, t.State.Timestamp}})
	}
	return found
}

// maxMailedChildren is how many children a mail tells of (recorded: it says so).
const maxMailedChildren = 10

// mailChildren writes the part of a mail that is about a composite alarm's
// children (recorded; how a child is shown is inferred).
func (n *notification) mailChildren(line func(string, ...any)) {
	line("\nTriggering children (max. %d):", maxMailedChildren)
	for _, c := range (*n.TriggeringChildren)[:min(len(*n.TriggeringChildren), maxMailedChildren)] {
		line("- %s   %-20s%s", c.Arn, c.State.Value, spelled(metric.Instant(c.State.Timestamp)))
	}
}

// compositeEvent is what an event tells of the definition of a composite alarm
// (cloudwatch.md 14.4).
type compositeEvent struct {
	AlarmRule                        string `json:"alarmRule,omitempty"`
	ActionsSuppressor                string `json:"actionsSuppressor,omitempty"`
	ActionsSuppressorWaitPeriod      *int   `json:"actionsSuppressorWaitPeriod,omitempty"`
	ActionsSuppressorExtensionPeriod *int   `json:"actionsSuppressorExtensionPeriod,omitempty"`
}

func compositeEventOf(c *Composite) compositeEvent {
	return compositeEvent{c.Rule, c.Suppressor, c.Wait, c.Extension}
}
