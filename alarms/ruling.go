package alarms

import (
	"maps"

	"skywatch/alarms/rule"
	"skywatch/catalog"
	"skywatch/metric"
)

// ruling is what the rule of a composite alarm says at a moment.
type ruling struct {
	value State
	rule  *rule.Rule
	now   map[string]State // the children's
}

// rules evaluates the rule of a composite alarm on the states of its children.
func rules(a *Alarm, now map[string]State) (*ruling, error) {
	read, err := a.Composite.ruleOf(a.Tenant)
	if err != nil {
		return nil, err
	}
	j := &ruling{value: OK, rule: read, now: now}
	if read.Holds(stateIn(now)) {
		j.value = Alarming
	}
	return j, nil
}

func stateIn(states map[string]State) func(string) rule.State {
	return func(name string) rule.State { return rule.State(states[name]) }
}

// cause returns which of the children's changes, in the order in which they came,
// brought the rule to its value for good. Where the alarm had been set by hand,
// and the rule had that value all along, it is the last.
func (j *ruling) cause(turns []turn) turn {
	states := maps.Clone(j.now)
	for i := len(turns) - 1; i >= 0; i-- {
		states[turns[i].Name] = turns[i].from
	}
	value := j.value == Alarming
	cause, held := turns[len(turns)-1], j.rule.Holds(stateIn(states)) == value
	for _, t := range turns {
		states[t.Name] = t.to
		holds := j.rule.Holds(stateIn(states)) == value
		if holds && !held {
			cause = t
		}
		held = holds
	}
	return cause
}

// triggers is the reason data of a composite alarm (cloudwatch.md 15.3).
type triggers struct {
	Alarms []triggering `json:"triggeringAlarms"`
}

// triggering is an alarm that determined the state of a composite alarm.
type triggering struct {
	ARN   string          `json:"arn"`
	State triggeringState `json:"state"`
}

type triggeringState struct {
	Value     State `json:"value"`
	Timestamp stamp `json:"timestamp"`
}

// reasonData tells the alarms that determine the state, in the order of the rule,
// as many as fit (inferred).
func (j *ruling) reasonData(r catalog.Reader, t metric.Tenant) (string, error) {
	_, because := j.rule.Evaluate(stateIn(j.now))
	all, err := children(r, t, because)
	data := triggers{Alarms: []triggering{}}
	text := encode(data)
	for _, c := range all {
		// That it is the time of the transition, where the two differ, is (inferred).
		data.Alarms = append(data.Alarms, triggering{c.ARN(), triggeringState{c.Value, stamp(c.Transitioned)}})
		more := encode(data)
		if len(more) > maxReasonData {
			break
		}
		text = more
	}
	return text, err
}

// spelled is an instant as the reasons of composite alarms write it.
func spelled(at metric.Instant) string {
	return at.Time().Format("Monday 2 January, 2006 15:04:05 UTC")
}
