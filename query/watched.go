package query

import (
	"skywatch/query/expr"
	"skywatch/query/insights"
)

// Watched is what queries come to that are kept and asked again and again, as
// those of an alarm are: the one that returns data is watched.
type Watched struct {
	// Several says that the answer may be more than one series, or none.
	Several bool
	// Insights says that one of the queries is in Metrics Insights, Grouped that the
	// watched one is, with GROUP BY, and Ordered that it has ORDER BY.
	Insights, Grouped, Ordered bool
	// GroupBy has the labels of a grouped query.
	GroupBy []string
	// Search says that an expression looks for metrics; then nothing else was
	// found out.
	Search bool
}

// Watch reads and checks the expressions of queries as GetMetricData does, and in
// its words. The queries are valid but for them.
func Watch(queries []DataQuery, account string) (Watched, error) {
	for _, q := range queries {
		if e, err := expr.Parse(q.Expression); q.Expression != "" && !insights.Is(q.Expression) && err == nil && e.Calls("SEARCH") {
			return Watched{Search: true}, nil
		}
	}
	in := &DataInput{Queries: queries}
	all, err := in.formulas(account)
	if err != nil {
		return Watched{}, err
	}
	var w Watched
	for _, f := range all {
		w.Insights = w.Insights || f.insights != nil
		if !f.returned() {
			continue
		}
		w.Several = f.kind == expr.Array
		if f.insights != nil {
			w.GroupBy, w.Ordered = f.insights.GroupBy, f.insights.Order != 0
			w.Grouped = len(w.GroupBy) > 0
		}
	}
	return w, nil
}
