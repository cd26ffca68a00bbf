package insights

import (
	"slices"
	"strings"

	"skywatch/metric"
)

// Query is a query that has been read.
type Query struct {
	Function  Function
	Metric    string
	Namespace string
	// Schema has the names of dimensions that metrics have exactly, sorted; it
	// counts only if HasSchema.
	Schema    []string
	HasSchema bool
	Where     []Condition
	GroupBy   []string
	// Order by which results come, 0 for that of their groups' names.
	Order      Function
	Descending bool
	Limit      int // 0: as many as there may be
}

// Function is what is asked of the samples of a period, or, in ORDER BY, of the
// values of a result.
type Function int

// The functions.
const (
	Average Function = iota + 1
	Count
	Maximum
	Minimum
	Sum
)

// functions by their names.
var functions = map[string]Function{"AVG": Average, "COUNT": Count, "MAX": Maximum, "MIN": Minimum, "SUM": Sum}

// Condition is one of WHERE: that a label has a value, or that it has not.
type Condition struct {
	Label string
	Not   bool
	Value string
	// Account says that the value is the caller's account.
	Account bool
}

// Labels that are no dimensions.
const (
	accountLabel = "AWS.AccountId"
	tagPrefix    = "tag."
)

// Other is the group of what lacks a label of GROUP BY.
const Other = "Other"

// Error is what is wrong with a query, in words for its author.
type Error struct{ Text string }

// Error implements error.
func (e *Error) Error() string { return e.Text }

// Match reports whether the query asks for the metric, whose dimensions are in
// normal form.
func (q *Query) Match(id *metric.ID) bool {
	if id.Namespace != q.Namespace || id.Name != q.Metric {
		return false
	}
	if q.HasSchema && !slices.EqualFunc(id.Dimensions, q.Schema, func(d metric.Dimension, name string) bool { return d.Name == name }) {
		return false
	}
	for _, c := range q.Where {
		if !c.match(id) {
			return false
		}
	}
	return true
}

// match is the condition; what lacks the label is not equal to anything [T].
func (c *Condition) match(id *metric.ID) bool {
	value, want := c.Value, !c.Not
	if c.Account {
		value = id.Account
	}
	has, ok := label(id, c.Label)
	return (ok && has == value) == want
}

// label returns a label of a metric. No metric carries tags so far, so none has
// a label of them.
func label(id *metric.ID, name string) (string, bool) {
	if name == accountLabel {
		return id.Account, true
	}
	if strings.HasPrefix(name, tagPrefix) {
		return "", false
	}
	return id.Dimension(name)
}

// Group returns the values of the labels of GROUP BY.
func (q *Query) Group(id *metric.ID) []string {
	group := make([]string, len(q.GroupBy))
	for i, name := range q.GroupBy {
		value, ok := label(id, name)
		if !ok {
			value = Other
		}
		group[i] = value
	}
	return group
}

// Filter selects, of a tenant's metrics, all that the query asks for and perhaps
// others: what an index can look up.
func (q *Query) Filter(t metric.Tenant) metric.Filter {
	f := metric.Filter{Tenant: t, Namespace: q.Namespace, Name: q.Metric}
	for _, name := range q.Schema {
		f.Dimensions = append(f.Dimensions, metric.DimensionFilter{Name: name, AnyValue: true})
	}
	for _, c := range q.Where {
		if !c.Not && c.Label != accountLabel && !strings.HasPrefix(c.Label, tagPrefix) {
			f.Dimensions = append(f.Dimensions, metric.DimensionFilter{Name: c.Label, Value: c.Value})
		}
	}
	return f
}
