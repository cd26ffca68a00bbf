package search

import "skywatch/metric"

// term is a condition on a metric.
type term interface {
	match(id *metric.ID) bool
}

type (
	all   []term         // AND
	any   []term         // OR
	not   struct{ term } // NOT
	exact struct {       // a value in quotes: the whole text, letter by letter
		property string // empty: any text of the metric
		value    string
	}
	partial struct { // a word: parts of a text
		property string
		tokens   []string
	}
)

// Properties that are no dimensions.
const (
	namespaceProperty = "Namespace"
	nameProperty      = "MetricName"
	accountProperty   = ":aws.AccountId"
)

func reserved(property string) bool {
	return property == namespaceProperty || property == nameProperty || property == accountProperty
}

func (a all) match(id *metric.ID) bool {
	for _, t := range a {
		if !t.match(id) {
			return false
		}
	}
	return true
}

func (a any) match(id *metric.ID) bool {
	for _, t := range a {
		if t.match(id) {
			return true
		}
	}
	return false
}

func (n not) match(id *metric.ID) bool { return !n.term.match(id) }

func (e *exact) match(id *metric.ID) bool {
	return texts(id, e.property, func(s string) bool { return s == e.value })
}

func (p *partial) match(id *metric.ID) bool {
	return texts(id, p.property, func(s string) bool { return contains(tokens(s), p.tokens) })
}

// texts reports whether is holds for a text of the metric: that of the property,
// or, without one, any name or value that it has.
func texts(id *metric.ID, property string, is func(string) bool) bool {
	switch property {
	case "":
		if is(id.Namespace) || is(id.Name) {
			return true
		}
		for _, d := range id.Dimensions {
			if is(d.Name) || is(d.Value) {
				return true
			}
		}
		return false
	case namespaceProperty:
		return is(id.Namespace)
	case nameProperty:
		return is(id.Name)
	case accountProperty:
		return is(id.Account)
	}
	value, ok := id.Dimension(property)
	return ok && is(value)
}
