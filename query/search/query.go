package search

import (
	"slices"

	"skywatch/metric"
)

// Query is a search that has been read.
type Query struct {
	schema *schema
	terms  term // nil: none
}

// schema is the namespace and exactly the dimension names that metrics have.
type schema struct {
	namespace  string
	dimensions []string // sorted
}

// Error is what is wrong with a search, in words for its author.
type Error struct{ Text string }

// Error implements error.
func (e *Error) Error() string { return e.Text }

// Match reports whether the search finds the metric, whose dimensions are in
// normal form.
func (q *Query) Match(id *metric.ID) bool {
	return (q.schema == nil || q.schema.match(id)) && (q.terms == nil || q.terms.match(&subject{ID: id}))
}

func (s *schema) match(id *metric.ID) bool {
	return id.Namespace == s.namespace && slices.EqualFunc(id.Dimensions, s.dimensions, func(d metric.Dimension, name string) bool {
		return d.Name == name
	})
}

// Filter selects, of a tenant's metrics, all that the search finds and perhaps
// others: what an index can look up.
func (q *Query) Filter(t metric.Tenant) metric.Filter {
	f := metric.Filter{Tenant: t}
	if q.schema != nil {
		f.Namespace = q.schema.namespace
		for _, name := range q.schema.dimensions {
			f.Dimensions = append(f.Dimensions, metric.DimensionFilter{Name: name, AnyValue: true})
		}
	}
	narrow(q.terms, &f)
	return f
}

// narrow adds to f what every metric that meets t has.
func narrow(t term, f *metric.Filter) {
	switch t := t.(type) {
	case all:
		for _, of := range t {
			narrow(of, f)
		}
	case *exact:
		switch {
		case t.property == namespaceProperty && f.Namespace == "":
			f.Namespace = t.value
		case t.property == nameProperty && f.Name == "":
			f.Name = t.value
		case t.property != "" && !reserved(t.property):
			f.Dimensions = append(f.Dimensions, metric.DimensionFilter{Name: t.property, Value: t.value})
		}
	}
}
