package alarm

import (
	"fmt"
	"maps"
	"slices"
)

// Most contributors that may be in ALARM (12.5).
const maxInAlarm = 100

// Gone is the reason of a contributor that is no longer returned.
const Gone = "No data was returned for this contributor"

// Contributors are the series of a Metrics Insights alarm with GROUP BY (12.5),
// each with a state of its own.
type Contributors struct {
	Definition Definition
	states     map[string]State
}

// Change is a contributor's change of state.
type Change struct {
	Contributor string
	State       State
	Reason      string // empty unless the text is known
}

// Evaluate takes the slots of every series that the query returned and
// answers the state of the alarm, its reason, and what changed in order of names.
func (c *Contributors) Evaluate(series map[string][]Slot) (state State, reason string, changes []Change) {
	if c.states == nil {
		c.states = make(map[string]State)
	}
	known := maps.Clone(c.states)
	for name := range series {
		known[name] = OK
	}
	inAlarm := 0
	for _, name := range slices.Sorted(maps.Keys(known)) {
		before, seen := c.states[name]
		if !seen {
			before = OK
		}
		change := Change{Contributor: name, State: OK, Reason: Gone}
		if slots, returned := series[name]; returned {
			change = Change{Contributor: name, State: Decide(c.Definition, slots, before).State}
			if change.State == InsufficientData { // contributors never are
				change.State = before
			}
		}
		if change.State != before {
			changes = append(changes, change)
		}
		c.states[name] = change.State
		if change.State == Alarm {
			inAlarm++
		}
	}
	switch {
	case len(series) == 0:
		return InsufficientData, "", changes
	case inAlarm > maxInAlarm:
		return Alarm, fmt.Sprintf("%d+ time series evaluated to ALARM", maxInAlarm), changes
	case inAlarm > 0:
		return Alarm, fmt.Sprintf("%d out of %d time series evaluated to ALARM", inAlarm, len(series)), changes
	}
	return OK, "", changes
}
