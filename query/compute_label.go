package query

import "skywatch/query/expr"

// labelDirect gives the metrics of the request their labels: those that are
// returned among themselves, and the hidden ones, which arrays may show, among
// all.
func (c *computation) labelDirect() {
	var returned []*series
	for _, s := range c.order {
		if !s.hidden {
			returned = append(returned, s)
		}
	}
	for _, set := range [][]*series{c.order, returned} {
		var of []*series
		for _, s := range set {
			if s.template.empty() || s.template.usesDefault() {
				of = append(of, s)
			}
		}
		contrast := compareSeries(of)
		for _, s := range set {
			s.label = ""
			if s.template.empty() || s.template.usesDefault() {
				s.label = contrast.label(s)
			}
			if !s.template.empty() {
				s.label = c.render(s, s.template, s.label, &s.column)
			}
		}
	}
}

// render writes a label that may tell of the values of a column.
func (c *computation) render(s *series, t template, label string, column *expr.Series) string {
	var values summary
	if t.usesValues() {
		for i, v := range column.Values {
			if v == v {
				values.add(point{column.Axis.At(i), v})
			}
		}
	}
	r := renderer{plan: c.plan, series: s, values: &values, label: label}
	return r.render(t)
}

// returned adds the results of a formula: one of a series, one for each member
// of an array.
func (c *computation) returned(f *formula) {
	v := c.values[f.ID]
	if f.forbidden {
		c.plan.add(&series{queryID: f.ID, label: f.ID, status: Forbidden, forbidden: true, formula: true})
		return
	}
	for i := range v.Series {
		column := &v.Series[i]
		s := c.resulting(f, column)
		s.label = c.formulaLabel(f, v.Kind, s, memberOf(column), column)
		c.plan.add(s)
		s.take(column)
	}
}

// resulting is the series of a column that a formula has made, with what is known
// of the one series that it was made from.
func (c *computation) resulting(f *formula, column *expr.Series) *series {
	s := &series{queryID: f.ID, period: f.period, status: Complete, formula: true}
	s.id.Tenant = c.tenant
	if m := memberOf(column); m != nil {
		s.id, s.stat, s.period = m.id, m.stat, m.period
	}
	return s
}

// memberOf is the one series that a column was made from, nil for none.
func memberOf(column *expr.Series) *series {
	m, _ := column.Tag.(*series)
	return m
}

// formulaLabel is the label of one result. A series has the id where there is no
// label, a member of an array its own, with the label before it unless that says
// where it goes (cloudwatch.md 7).
func (c *computation) formulaLabel(f *formula, kind expr.Kind, s, member *series, column *expr.Series) string {
	own := f.ID
	if kind == expr.Array && member != nil {
		own = member.label
	}
	switch {
	case f.template.empty():
		return own
	case kind != expr.Array || f.template.usesDefault():
		return c.render(s, f.template, own, column)
	}
	return c.render(s, f.template, own, column) + " " + own
}
