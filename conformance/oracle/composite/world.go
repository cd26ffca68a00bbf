package composite

import "time"

// Alarm is a composite alarm among the alarms of a World.
type Alarm struct {
	Name     string
	Rule     Rule
	Suppress *Suppressor // nil without a suppressor
	By       string      // the suppressor's name

	State   string
	Changes []Change
}

// Change is a change of a composite's state, and the alarm whose change led to
// it; on creation the composite itself.
type Change struct {
	At       time.Time
	From, To string
	Cause    string
	CausedTo string
}

// World evaluates composites whenever one of their children changes (15.3). A
// composite may be the child of one that was made later.
type World struct {
	states     map[string]string
	composites []*Alarm
}

// Set tells that an alarm has changed to a state.
func (w *World) Set(at time.Time, name, state string) {
	if w.states == nil {
		w.states = make(map[string]string)
	}
	if w.states[name] == state {
		return
	}
	w.states[name] = state
	for _, c := range w.composites {
		if c.Suppress != nil && c.By == name {
			c.Suppress.SuppressorChanges(at, state == "ALARM")
		}
	}
	for _, c := range w.composites {
		for _, ref := range c.Rule.References() {
			if ref == name {
				w.evaluate(at, c, name)
				break
			}
		}
	}
}

// Put makes a composite alarm, which is evaluated at once.
func (w *World) Put(at time.Time, c *Alarm) {
	c.State = "INSUFFICIENT_DATA"
	w.composites = append(w.composites, c)
	if c.Suppress != nil {
		c.Suppress.State = c.State
		c.Suppress.Alarm = w.states[c.By] == "ALARM"
	}
	w.evaluate(at, c, c.Name)
}

// evaluate decides a composite: true is ALARM, false is OK.
func (w *World) evaluate(at time.Time, c *Alarm, cause string) {
	state := "OK"
	if c.Rule.Holds(func(ref string) string { return w.states[ref] }) {
		state = "ALARM"
	}
	if state == c.State {
		return
	}
	causedTo := w.states[cause]
	if cause == c.Name {
		causedTo = state
	}
	c.Changes = append(c.Changes, Change{at, c.State, state, cause, causedTo})
	c.State = state
	if c.Suppress != nil {
		c.Suppress.CompositeChanges(at, state)
	}
	w.Set(at, c.Name, state)
}

// Acted is what the composite did: without a suppressor, at every change.
func (c *Alarm) Acted() []Action {
	if c.Suppress != nil {
		return c.Suppress.Acted
	}
	var all []Action
	for _, change := range c.Changes {
		all = append(all, Action{change.At, change.To})
	}
	return all
}
