package body

import (
	"fmt"
	"unicode/utf8"

	"skywatch/metric"
	"skywatch/query/expr"
	"skywatch/query/insights"
	"skywatch/query/search"
)

// formula is an expression of a widget.
type formula struct {
	drawn
	id   string
	kind expr.Kind
	// math is nil for Metrics Insights and for what cannot be read.
	math  *expr.Expression
	state int // 1: it is being checked, 2: it is done
}

// expressions judges the widget's expressions together. What is wrong within one
// is a warning: AWS keeps it and shows the error on the graph (inferred), it may
// be a function that only AWS has, and the variables of the dashboard may yet
// change it.
func (r *rowReader) expressions() {
	of := &widgetFormulas{rowReader: r, metrics: map[string]bool{}, byID: map[string]*formula{}}
	var all []*formula
	selects := 0
	for _, d := range r.drawn {
		id, s := d.textOf("id"), d.textOf("expression")
		if id != "" && (of.metrics[id] || of.byID[id] != nil) { // wording (inferred)
			r.wrong(d.at.member("id"), `The id "%s" is used more than once in the widget`, id)
			continue
		}
		if !d.formula {
			of.metrics[id] = true
			continue
		}
		f := &formula{drawn: d, id: id}
		if insights.Is(s) {
			if selects++; selects == 2 { // wording (inferred)
				r.wrong(d.at.member("expression"), "Should NOT have more than 1 Metrics Insights query in a widget")
			}
		}
		of.parse(f, s)
		all = append(all, f)
		if id != "" {
			of.byID[id] = f
		}
	}
	for _, f := range all {
		of.check(f)
	}
}

// widgetFormulas are a widget's expressions and what they may refer to.
type widgetFormulas struct {
	*rowReader
	metrics map[string]bool
	byID    map[string]*formula
}

func (w *widgetFormulas) parse(f *formula, s string) {
	f.kind = expr.TimeSeries // what is broken is not held against those that use it
	if e := f.get("expression"); e == nil || e.kind != text || utf8.RuneCountInString(s) > maxExpression {
		return
	}
	if insights.Is(s) {
		q, err := insights.Parse(s)
		if err == nil && len(q.GroupBy) > 0 {
			f.kind = expr.Array
		}
		w.mistake(f, err)
		return
	}
	math, err := expr.Parse(s)
	if err != nil {
		w.mistake(f, err)
		return
	}
	f.math = math
}

// mistake tells of an error in an expression, in the words of GetMetricData.
func (w *widgetFormulas) mistake(f *formula, err error) {
	if err == nil {
		return
	}
	w.warn(f.at.member("expression"), "Error in expression '%s': %v", f.id, err)
}

// check finds the kind of an expression, after those of what it refers to.
func (w *widgetFormulas) check(f *formula) {
	if f.math == nil || f.state != 0 {
		return
	}
	f.state = 1
	for _, id := range f.math.References() {
		need := w.byID[id]
		if need != nil && need.state == 1 {
			//lint:ignore ST1005 a sentence for clients
			w.mistake(f, fmt.Errorf("Circular reference to ID '%s'", id))
			f.state = 2
			return
		}
		if need != nil {
			w.check(need)
		}
	}
	f.state = 2
	kind, err := f.math.Check(w.operand)
	if err != nil {
		w.mistake(f, err)
		return
	}
	f.kind = kind
	for _, call := range f.math.Searches() {
		w.mistake(f, searchable(call))
	}
}

func (w *widgetFormulas) operand(id string) (expr.Operand, bool) {
	if f := w.byID[id]; f != nil {
		return expr.Operand{Kind: f.kind}, true
	}
	return expr.Operand{Kind: expr.TimeSeries, Period: 300}, w.metrics[id]
}

// searchable judges a call of SEARCH. Its period may be the widget's.
func searchable(call expr.Search) error {
	if _, ok := metric.ParseStatistic(call.Stat); !ok { // wording as in GetMetricData
		//lint:ignore ST1005 a sentence for clients
		return fmt.Errorf("The statistic '%s' of SEARCH is not supported", call.Stat)
	}
	_, err := search.Parse(call.Text)
	return err
}
