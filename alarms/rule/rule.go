package rule

import "slices"

// State is the state of an alarm, in the service's spelling.
type State string

// The states.
const (
	Alarm            State = "ALARM"
	OK               State = "OK"
	InsufficientData State = "INSUFFICIENT_DATA"
)

// Rule is a rule that was read.
type Rule struct {
	root     node
	elements int
	refs     []string // distinct, in the order of the text
}

// Refs returns the alarms that the rule names, each once, in the order of the
// text.
func (r *Rule) Refs() []string { return slices.Clone(r.refs) }

// Resolve puts in the place of each reference what fn returns for it, as an alarm
// may be named in several ways, and holds the limit of distinct alarms. After an
// error the rule is of no use.
func (r *Rule) Resolve(fn func(ref string) (string, error)) (err error) {
	r.root.each(func(ref *string) {
		if err == nil {
			*ref, err = fn(*ref)
		}
	})
	if err != nil {
		return err
	}
	if r.list(); len(r.refs) > MaxChildren {
		return fail("AlarmRule must not have more than %d distinct children", MaxChildren) // wording (inferred)
	}
	return nil
}

// list fills refs.
func (r *Rule) list() {
	r.refs = nil
	seen := map[string]bool{}
	r.root.each(func(ref *string) {
		if !seen[*ref] {
			seen[*ref] = true
			r.refs = append(r.refs, *ref)
		}
	})
}

// Evaluate tells whether the rule holds in the states that it asks for, and which
// alarms determine that, each once, in the order of the text: those whose states,
// whatever the others' were, lead to this result (recorded: with an OR that holds
// the operands that hold, with one that does not all of them).
func (r *Rule) Evaluate(state func(ref string) State) (holds bool, because []string) {
	holds = r.root.holds(state)
	r.root.explain(state, holds, func(ref string) {
		if !slices.Contains(because, ref) { // at most MaxChildren
			because = append(because, ref)
		}
	})
	return holds, because
}

// Holds is Evaluate without the explanation.
func (r *Rule) Holds(state func(ref string) State) bool { return r.root.holds(state) }
