package composite

// Rule is a parsed AlarmRule (15.2).
type Rule struct {
	root node
	refs []string // in order, with repetitions
}

// Holds evaluates the rule (15.3) over the states of the alarms it names.
func (r Rule) Holds(state func(ref string) string) bool { return r.root.holds(state) }

// References are the alarms that the rule names, in its order, each once.
func (r Rule) References() []string {
	var distinct []string
	seen := make(map[string]bool)
	for _, ref := range r.refs {
		if !seen[ref] {
			distinct = append(distinct, ref)
		}
		seen[ref] = true
	}
	return distinct
}

// node is a part of a rule.
type node interface {
	holds(state func(ref string) string) bool
}

type (
	constant bool
	not      struct{ of node }
	and      []node
	or       []node
	// is is a state of an alarm.
	is struct{ state, ref string }
	// atLeast counts the alarms that are in the state, or are not in it.
	atLeast struct {
		need    int
		negated bool
		state   string
		refs    []string
	}
)

func (c constant) holds(func(string) string) bool { return bool(c) }

func (n not) holds(state func(string) string) bool { return !n.of.holds(state) }

func (a and) holds(state func(string) string) bool {
	for _, n := range a {
		if !n.holds(state) {
			return false
		}
	}
	return true
}

func (o or) holds(state func(string) string) bool {
	for _, n := range o {
		if n.holds(state) {
			return true
		}
	}
	return false
}

func (i is) holds(state func(string) string) bool { return state(i.ref) == i.state }

func (a atLeast) holds(state func(string) string) bool {
	n := 0
	for _, ref := range a.refs {
		if (state(ref) == a.state) != a.negated {
			n++
		}
	}
	return n >= a.need
}
