package body

// maxExpression is how long an expression is (as in GetMetricData).
const maxExpression = 2048

// rendering is how a metric is drawn, or the expression that is drawn instead.
var rendering = record(nil, fields{
	"expression": aText(longest(maxExpression)),
	"id":         like(`^[a-z][a-zA-Z0-9_]*$`),
	"label":      aText(),
	"color":      color(),
	"period":     period(),
	"stat":       statistic(),
	"visible":    aBoolean(),
	"yAxis":      enum("left", "right"),
	"region":     aText(),
	"accountId":  aText(),
})

// render judges the last element of a row, which is an object. One that stands
// alone is an expression.
func (r *rowReader) render(d drawn) {
	rendering(r.checker, d.value, d.at)
	switch has := d.get("expression") != nil; {
	case d.formula && !has:
		r.lacks(d.at, "expression")
	case !d.formula && has: // wording (inferred)
		r.wrong(d.at.member("expression"), "Should NOT have an expression together with the names of a metric")
	}
	r.drawn = append(r.drawn, d)
}
