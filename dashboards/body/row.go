package body

import "unicode/utf8"

// Bounds of a metric's names (cloudwatch.md 3.3).
const (
	maxDimensions = 30
	maxName       = 255
	maxValue      = 1024
	maxRow        = 2 + 2*maxDimensions // without its render object
)

// What stands in a row for what is above it.
const (
	same = "."   // the element above
	rest = "..." // all elements that are not given
)

// rows judges the metrics of a widget: each row by itself, with what it repeats of
// the row above, and then their expressions.
func rows(c *checker, v *value, at *place) {
	if !length(c, v, at, 0, maxMetrics) {
		return
	}
	c.metrics += len(v.items)
	r := &rowReader{checker: c}
	for i, row := range v.items[:min(len(v.items), maxMetrics)] {
		r.read(row, at.item(i))
	}
	r.expressions()
}

// rowReader goes through the rows of a widget.
type rowReader struct {
	*checker
	above []string // the names of the last metric
	lost  bool     // it had mistakes: what repeats it cannot be judged
	drawn []drawn
}

// drawn is a row's render object.
type drawn struct {
	*value
	at *place
	// formula: the row is an expression.
	formula bool
}

func (r *rowReader) read(row *value, at *place) {
	if !length(r.checker, row, at, 1, maxRow+1) || len(row.items) == 0 || len(row.items) > maxRow+1 {
		return
	}
	names := row.items
	last := len(names) - 1
	hasRender := names[last].kind == object
	if hasRender {
		d := drawn{names[last], at.item(last), last == 0}
		names = names[:last]
		r.render(d)
		if d.formula {
			return
		}
	}
	before := len(r.Errors)
	for i, n := range names {
		if n.kind != text {
			r.wrong(at.item(i), `Invalid metric field type, only "String" type is allowed`)
		}
	}
	if len(r.Errors) == before {
		r.metric(names, at, hasRender)
	}
	r.lost = len(r.Errors) > before
}

// metric judges a row's names, and remembers them for the next row.
func (r *rowReader) metric(names []*value, at *place, hasRender bool) {
	whole, ok := r.resolve(names, at)
	if !ok {
		return
	}
	r.above = whole
	room := 0 // the render object is an item, too
	if hasRender {
		room = 1
	}
	switch n := len(whole); {
	case n < 2:
		r.wrong(at, "Should NOT have fewer than %d items", 2+room)
	case n > maxRow:
		r.wrong(at, "Should NOT have more than %d items", maxRow+room)
	case n%2 != 0: // a dimension without a value
		r.wrong(at, "Should NOT have more than %d items", n-1+room)
	}
}

// resolve returns the row's names, those of the row above put in. A row with
// mistakes above it is taken as it is.
func (r *rowReader) resolve(names []*value, at *place) (whole []string, ok bool) {
	repeated := false
	for i, n := range names {
		switch {
		case n.text != same && n.text != rest:
			r.name(n.text, len(whole), at.item(i))
			whole = append(whole, n.text)
		case r.lost:
			return nil, false
		case n.text == same && len(whole) < len(r.above):
			whole = append(whole, r.above[len(whole)])
		case n.text == rest && !repeated && r.above != nil && len(names)-1 <= len(r.above):
			repeated = true
			whole = append(whole, r.above[len(whole):len(r.above)-(len(names)-1-i)]...)
		default: // wording (inferred)
			r.wrong(at.item(i), `The row above has nothing that "%s" could repeat`, n.text)
			return nil, false
		}
	}
	return whole, true
}

// name judges a name that stands at a position of the metric's.
func (r *rowReader) name(s string, position int, at *place) {
	most := maxName
	if position > 2 && position%2 != 0 {
		most = maxValue
	}
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		r.wrong(at, "Should NOT be shorter than 1 characters")
	case n > most:
		r.wrong(at, "Should NOT be longer than %d characters", most)
	}
}
