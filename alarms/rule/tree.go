package rule

// node is a part of a rule.
type node interface {
	holds(state func(string) State) bool
	// explain tells the alarms that determine the node's result, which the caller
	// knows.
	explain(state func(string) State, result bool, tell func(ref string))
	// each calls fn with the node's references, which it may change.
	each(fn func(ref *string))
}

// constant is TRUE or FALSE.
type constant bool

func (c constant) holds(func(string) State) bool                      { return bool(c) }
func (constant) explain(func(string) State, bool, func(string))       {}
func (constant) each(func(*string))                                   {}
func (t *test) holds(state func(string) State) bool                   { return state(t.ref) == t.is }
func (t *test) explain(_ func(string) State, _ bool, fn func(string)) { fn(t.ref) }
func (t *test) each(fn func(*string))                                 { fn(&t.ref) }

// test is STATE(ref).
type test struct {
	ref string
	is  State
}

type not struct{ of node }

func (n not) holds(state func(string) State) bool { return !n.of.holds(state) }

func (n not) explain(state func(string) State, result bool, tell func(string)) {
	n.of.explain(state, !result, tell)
}

func (n not) each(fn func(*string)) { n.of.each(fn) }

// join is operands with AND or, if any of them is enough, with OR between them.
type join struct {
	operands []node
	any      bool
}

func (j join) holds(state func(string) State) bool {
	for _, o := range j.operands {
		if o.holds(state) == j.any {
			return j.any
		}
	}
	return !j.any
}

// explain: one operand is enough for an OR that holds and for an AND that does
// not. Otherwise it takes all of them, and they agree.
func (j join) explain(state func(string) State, result bool, tell func(string)) {
	for _, o := range j.operands {
		if o.holds(state) == result {
			o.explain(state, result, tell)
		}
	}
}

func (j join) each(fn func(*string)) {
	for _, o := range j.operands {
		o.each(fn)
	}
}

// quorum is AT_LEAST. An alarm that is named twice counts twice (recorded).
type quorum struct {
	needed  int
	negated bool
	is      State
	refs    []string
}

func (q *quorum) holds(state func(string) State) bool {
	n := 0
	for _, ref := range q.refs {
		if q.counts(state(ref)) {
			n++
		}
	}
	return n >= q.needed
}

func (q *quorum) counts(s State) bool { return (s == q.is) != q.negated }

// explain tells those that count, or else those that are wanting (recorded).
func (q *quorum) explain(state func(string) State, result bool, tell func(string)) {
	for _, ref := range q.refs {
		if q.counts(state(ref)) == result {
			tell(ref)
		}
	}
}

func (q *quorum) each(fn func(*string)) {
	for i := range q.refs {
		fn(&q.refs[i])
	}
}
