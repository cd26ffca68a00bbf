package questions

import (
	"fmt"
	"strconv"
	"strings"
)

// formula writes an expression of the type, seldom one of another.
func (p *plan) formula(t typ, depth int) string {
	if p.slip(5) {
		t = one(p.Generator, number, single, many)
	}
	if p.slip(3) {
		return one(p.Generator, "nope", "'text'", "WHAT(1)", "REPEAT", "m1 +", "(", "e1", "[]", "avg(m1)", "1 2", "[1]", "ABS()", "m1;")
	}
	switch t {
	case number:
		return p.number(depth)
	case single:
		return p.single(depth)
	}
	return p.many(depth)
}

func (p *plan) number(depth int) string {
	if depth <= 0 {
		if id, ok := p.reference(number); ok && p.chance(30) {
			return id
		}
		return one(p.Generator, "0", "1", "2", "3", "10", "0.5", "1e2", strconv.Itoa(p.IntN(30)))
	}
	switch p.IntN(7) {
	case 0:
		return p.call("METRIC_COUNT", p.formula(many, depth-1))
	case 1:
		if len(p.direct) > 0 {
			return p.call("PERIOD", one(p.Generator, p.direct...))
		}
		return p.number(0)
	case 2:
		return p.binary(p.formula(number, depth-1), p.formula(number, depth-1))
	case 3:
		return "-" + p.number(0)
	}
	return p.call(one(p.Generator, "AVG", "SUM", "MIN", "MAX", "STDDEV", "DATAPOINT_COUNT"), p.formula(single, depth-1))
}

func (p *plan) single(depth int) string {
	if depth <= 0 {
		return p.leaf()
	}
	inner := func(t typ) string { return p.formula(t, depth-1) }
	switch p.IntN(14) {
	case 0, 1:
		return p.binary(inner(single), inner(single))
	case 2:
		return p.binary(inner(single), inner(number))
	case 3:
		return p.binary(inner(number), inner(single))
	case 4:
		return p.call(one(p.Generator, "ABS", "CEIL", "FLOOR", "LOG", "LOG10"), inner(single))
	case 5, 6:
		return p.call(one(p.Generator, "AVG", "SUM", "MIN", "MAX", "STDDEV", "DATAPOINT_COUNT"), inner(many))
	case 7:
		return p.call(one(p.Generator, "RATE", "DIFF", "DIFF_TIME", "RUNNING_SUM"), inner(single))
	case 8:
		return p.call("FILL", inner(single), p.filler(depth))
	case 9:
		return p.call(one(p.Generator, "FIRST", "LAST"), inner(many))
	case 10:
		return p.call(one(p.Generator, "MINUTE", "HOUR", "DAY", "DATE", "MONTH", "YEAR", "EPOCH"), inner(single))
	case 11, 12:
		return p.choice(depth)
	}
	if p.chance(50) {
		return "-" + p.leaf()
	}
	return p.call("TIME_SERIES", inner(number))
}

func (p *plan) many(depth int) string {
	inner := func(t typ) string { return p.formula(t, depth-1) }
	if depth <= 0 {
		if id, ok := p.reference(many); ok && p.chance(30) {
			return id
		}
		switch p.IntN(5) {
		case 0:
			return "METRICS('" + one(p.Generator, "m", "cpu", "err", "1", "zz") + "')"
		case 1:
			return p.search()
		case 2:
			return "[" + p.leaf() + "," + p.leaf() + "]"
		}
		return "METRICS()"
	}
	switch p.IntN(11) {
	case 0:
		return "[" + inner(single) + ", " + inner(single) + "]"
	case 1:
		return "[" + inner(single) + ", " + inner(many) + "]"
	case 2:
		return p.call(one(p.Generator, "ABS", "CEIL", "FLOOR", "LOG", "LOG10"), inner(many))
	case 3:
		return p.call(one(p.Generator, "RATE", "DIFF", "DIFF_TIME", "RUNNING_SUM"), inner(many))
	case 4:
		return p.call("FILL", inner(many), p.filler(depth))
	case 5:
		args := []string{inner(many), strconv.Itoa(p.IntN(3))}
		if p.chance(60) {
			args = append(args, strconv.Itoa(p.IntN(4)))
		}
		return p.call("SLICE", args...)
	case 6:
		args := []string{inner(many), one(p.Generator, "AVG", "MIN", "MAX", "SUM"), one(p.Generator, "ASC", "DESC")}
		if p.chance(40) {
			args = append(args, strconv.Itoa(1+p.IntN(3)))
		}
		return p.call("SORT", args...)
	case 7:
		return p.call("REMOVE_EMPTY", inner(many))
	case 8:
		return p.binary(inner(many), inner(one(p.Generator, number, single)))
	case 9:
		return p.binary(inner(one(p.Generator, number, single)), inner(many))
	}
	return p.search()
}

// choice writes IF in one of the ways of 8.4, or in one that is not there.
func (p *plan) choice(depth int) string {
	kinds := one(p.Generator,
		[]typ{single, single, single}, []typ{single, single, single}, []typ{single, number, single}, []typ{single, single, number},
		[]typ{single, number, number}, []typ{number, single, single}, []typ{number, single}, []typ{single, single}, []typ{single, number})
	if p.slip(20) {
		kinds = one(p.Generator, []typ{number, number, single}, []typ{number, single, number}, []typ{many, single, single}, []typ{number})
	}
	var args []string
	for _, t := range kinds {
		args = append(args, p.formula(t, depth-1))
	}
	return p.call("IF", args...)
}

func (p *plan) filler(depth int) string {
	return one(p.Generator, "REPEAT", "LINEAR", "0", "7", p.formula(number, depth-1), p.formula(single, depth-1))
}

var operators = []string{"+", "-", "*", "/", "^", "==", "!=", "<", ">", "<=", ">=", " AND ", " OR ", "&&", "||"}

// binary writes an operator, mostly without parentheses so that precedence
// counts.
func (p *plan) binary(a, b string) string {
	text := a + one(p.Generator, operators...) + b
	if p.chance(30) {
		return "(" + text + ")"
	}
	return text
}

func (p *plan) call(name string, args ...string) string {
	if p.slip(3) {
		args = append(args, one(p.Generator, "1", "METRICS()", "'x'"))
	}
	return fmt.Sprintf("%s(%s)", name, strings.Join(args, one(p.Generator, ",", ", ")))
}

// leaf is an id.
func (p *plan) leaf() string {
	if id, ok := p.reference(single); ok && p.chance(25) {
		return id
	}
	if len(p.direct) == 0 {
		return "TIME_SERIES(" + p.number(0) + ")"
	}
	return one(p.Generator, p.direct...)
}

// reference is an expression of the type that was made before.
func (p *plan) reference(t typ) (string, bool) {
	for i := range len(p.made) {
		id := fmt.Sprintf("e%d", i+1)
		if made, ok := p.made[id]; ok && made == t && p.chance(50) {
			return id, true
		}
	}
	return "", false
}
