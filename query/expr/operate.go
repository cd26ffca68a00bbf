package expr

import "math"

// operation is an operator between two values.
type operation struct {
	sign, word string // word is its other spelling
	level      int    // of how tightly it binds; those of one level bind to the left
	of         func(a, b float64) float64
}

// levels is the number of levels of binary operators; ^ is beyond them.
const levels = 5

var power = operation{sign: "^", level: levels, of: math.Pow}

// operations by how tightly they bind (the order is inferred: the usual one).
var operations = []operation{
	{"||", "OR", 0, func(a, b float64) float64 { return truth(a != 0 || b != 0) }},
	{"&&", "AND", 1, func(a, b float64) float64 { return truth(a != 0 && b != 0) }},
	{"==", "", 2, func(a, b float64) float64 { return truth(a == b) }},
	{"!=", "", 2, func(a, b float64) float64 { return truth(a != b) }},
	{"<=", "", 2, func(a, b float64) float64 { return truth(a <= b) }},
	{">=", "", 2, func(a, b float64) float64 { return truth(a >= b) }},
	{"<", "", 2, func(a, b float64) float64 { return truth(a < b) }},
	{">", "", 2, func(a, b float64) float64 { return truth(a > b) }},
	{"+", "", 3, func(a, b float64) float64 { return a + b }},
	{"-", "", 3, func(a, b float64) float64 { return a - b }},
	{"*", "", 4, func(a, b float64) float64 { return a * b }},
	{"/", "", 4, func(a, b float64) float64 { return a / b }},
}

// operationOf returns the operation of a level that a token stands for, nil for
// none.
func operationOf(t token, level int) *operation {
	for i := range operations {
		o := &operations[i]
		if o.level == level && (t.kind == operator && t.text == o.sign || t.kind == name && o.word != "" && t.text == o.word) {
			return o
		}
	}
	return nil
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (b *binary) eval(r *run) (Value, error) {
	left, err := b.left.eval(r)
	if err != nil {
		return left, err
	}
	right, err := b.right.eval(r)
	if err == nil {
		err = r.spend(0)
	}
	if err != nil {
		return right, err
	}
	return r.operate(b.op, left, right)
}

// operate applies op: a number to every point of a series, a series to a series
// by time, and either to every member of an array.
func (r *run) operate(op *operation, a, b Value) (Value, error) {
	switch {
	case a.Kind == Scalar && b.Kind == Scalar:
		return numberOf(op.missing(a.Number, b.Number)), nil
	case b.Kind == Scalar:
		return points(a, func(x float64) float64 { return op.missing(x, b.Number) }), nil
	case a.Kind == Scalar:
		return points(b, func(x float64) float64 { return op.missing(a.Number, x) }), nil
	}
	left, right := a.Kind == TimeSeries || a.loose && len(a.Series) == 1, b.Kind == TimeSeries || b.loose && len(b.Series) == 1
	switch {
	case left && right:
		out := seriesOf(r.merge(op, &a.Series[0], &b.Series[0], nil))
		out.loose = a.loose || b.loose
		return out, nil
	case right:
		return r.members(op, a, &b.Series[0], false)
	case left:
		return r.members(op, b, &a.Series[0], true)
	}
	_, err := op.kind(Array, Array)
	return Value{}, err
}

// members applies op to each member of an array and one series.
func (r *run) members(op *operation, v Value, with *Series, first bool) (Value, error) {
	for i := range v.Series {
		if s := &v.Series[i]; !s.Axis.same(with.Axis) {
			if err := r.spend(r.together(s.Axis, with.Axis).n); err != nil {
				return Value{}, err
			}
		}
	}
	shared := *with
	shared.own = false // it is used for every member
	return each(v, func(s *Series) Series {
		if first {
			return r.merge(op, &shared, s, s.Tag)
		}
		return r.merge(op, s, &shared, s.Tag)
	}), nil
}

// missing is op where a missing operand has no result.
func (o *operation) missing(a, b float64) float64 {
	if !present(a) || !present(b) {
		return none
	}
	return o.of(a, b)
}

// merge applies op at every time that either has a point at; the other counts
// as 0 where it has none.
func (r *run) merge(op *operation, a, b *Series, tag any) Series {
	axis := r.together(a.Axis, b.Axis)
	x, y := a.on(axis), b.on(axis)
	var to []float64
	switch {
	case x.own:
		to = x.Values
	default:
		to = column(&y)
	}
	for i, v := range x.Values {
		w := y.Values[i]
		if !present(v) {
			if !present(w) {
				to[i] = none
				continue
			}
			v = 0
		} else if !present(w) {
			w = 0
		}
		to[i] = drop(op.of(v, w))
	}
	return Series{axis, to, tag, true}
}
