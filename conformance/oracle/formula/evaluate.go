package formula

import (
	"fmt"
	"regexp"
	"slices"
	"time"
	"unicode"

	"skywatch/conformance/oracle"
)

// world is one request while it is answered.
type world struct {
	model  *oracle.Model
	now    time.Time
	tenant oracle.Tenant
	in     Request
	errs   oracle.Errors
	done   map[string]value
	open   map[string]bool // being evaluated

	selects int // SELECTs so far
}

// run is the evaluation of one expression.
type run struct {
	*world
	query Query
}

var selectText = regexp.MustCompile(`(?i)^\s*SELECT\b`)

// query evaluates an expression once.
func (w *world) query(q Query) value {
	if v, ok := w.done[q.ID]; ok {
		return v
	}
	w.open[q.ID] = true
	r := run{w, q}
	v := r.whole().unsigned()
	w.open[q.ID] = false
	if v.kind == scalar && q.returned() || v.kind == literal || v.kind == keyword {
		r.fail()
	}
	w.done[q.ID] = v
	return v
}

func (r run) whole() value {
	if p := r.query.Period; p%60 != 0 && !slices.Contains([]int{1, 5, 10, 20, 30}, p) {
		r.mention("The parameter Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60.")
	}
	if selectText.MatchString(r.query.Expression) {
		return r.insights()
	}
	tree, ok := parse(r.query.Expression)
	if !ok || len(r.query.Expression) > 2048 {
		return r.fail()
	}
	return r.evaluate(tree)
}

// say refuses the expression with a text of the specification.
func (r run) say(format string, args ...any) value {
	text := fmt.Sprintf(format, args...)
	return r.keep(oracle.Error{Code: oracle.ValidationError, Message: fmt.Sprintf("Error in expression '%s': %s", r.query.ID, text)})
}

// mention refuses with a text that holds the part, wrapped or not.
func (r run) mention(part string) value {
	return r.keep(oracle.Error{Code: oracle.ValidationError, Contains: part})
}

// fail refuses with a text that is not given.
func (r run) fail() value { return r.mention("") }

func (r run) keep(e oracle.Error) value {
	r.world.errs = append(r.world.errs, e)
	return value{kind: bad}
}

func (r run) evaluate(n *node) value {
	switch n.kind {
	case numberNode:
		return ofNumber(n.number)
	case textNode:
		return value{kind: literal, text: n.text}
	case nameNode:
		return r.name(n.text)
	case listNode:
		return r.list(r.all(n.parts))
	case negateNode:
		return r.negate(r.evaluate(n.parts[0]))
	case operatorNode:
		return r.operator(n.text, r.evaluate(n.parts[0]), r.evaluate(n.parts[1]))
	}
	return r.call(n.text, r.all(n.parts))
}

func (r run) all(parts []*node) []value {
	var values []value
	for _, part := range parts {
		values = append(values, r.evaluate(part))
	}
	return values
}

var keywords = map[string]bool{
	"REPEAT": true, "LINEAR": true, "AVG": true, "MIN": true, "MAX": true, "SUM": true, "ASC": true, "DESC": true,
}

// name is the value of another query, or a word for a function.
func (r run) name(name string) value {
	if keywords[name] {
		return value{kind: keyword, text: name}
	}
	for _, q := range r.in.Queries {
		if q.ID != name {
			continue
		}
		if r.open[name] {
			return r.fail() // a cycle
		}
		v := r.world.query(q)
		if v.kind == oneSeries && q.Stat == nil {
			copied := *v.one()
			copied.label, copied.direct = r.world.label(q, v, v.one()), false
			v.series = []*series{&copied}
		}
		return v
	}
	if unicode.IsUpper(rune(name[0])) {
		r.fail() // how a name in capitals is called is not given
	}
	return r.say("ID '%s' not found", name)
}

// list flattens.
func (r run) list(parts []value) value {
	var all []*series
	doubtful := false
	for _, v := range parts {
		if !v.is(oneSeries, array) {
			return r.fail()
		}
		if poisoned([]value{v}) {
			return value{kind: bad}
		}
		all = append(all, v.series...)
		doubtful = doubtful || v.doubtful
	}
	a := ofArray(all)
	a.doubtful = doubtful
	return a
}
