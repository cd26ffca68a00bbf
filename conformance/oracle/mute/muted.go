package mute

import "time"

// Action says that the actions of a state ran, and whether they had been held.
type Action struct {
	At    time.Time
	State string
	After bool
}

// Alarm is an alarm that rules mute (section 16). Its calls go forward in time.
type Alarm struct {
	Name  string
	State string
	Rules map[string]Rule // by the name of the rule

	held   bool
	before string // the state when the first action was held
	Acted  []Action
}

// muted reports whether any window is open.
func (a *Alarm) muted(at time.Time) bool {
	for _, r := range a.Rules {
		if r.Active(at) {
			return true
		}
	}
	return false
}

// Changes tells that the alarm changed to a state.
func (a *Alarm) Changes(at time.Time, state string) {
	if state == a.State {
		return
	}
	before := a.State
	a.State = state
	switch {
	case !a.muted(at):
		a.Acted = append(a.Acted, Action{at, state, false})
	case !a.held:
		a.held, a.before = true, before
	}
}

// Look tells that a window may have ended: where none is open any more, the
// actions of the state run unless it changed back to what it was.
func (a *Alarm) Look(at time.Time) {
	if !a.held || a.muted(at) {
		return
	}
	a.held = false
	if a.State != a.before {
		a.Acted = append(a.Acted, Action{at, a.State, true})
	}
}
