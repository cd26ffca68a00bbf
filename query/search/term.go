package search

import "skywatch/metric"

// term is a condition on a metric.
type term interface {
	match(s *subject) bool
}

// subject is a metric that terms are held against. Each of its texts is cut into
// tokens once, however many words there are.
type subject struct {
	*metric.ID
	cut map[string][]string
}

func (s *subject) tokens(text string) []string {
	parts, ok := s.cut[text]
	if !ok {
		parts = tokens(text)
		if s.cut == nil {
			s.cut = make(map[string][]string)
		}
		s.cut[text] = parts
	}
	return parts
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

func (a all) match(s *subject) bool {
	for _, t := range a {
		if !t.match(s) {
			return false
		}
	}
	return true
}

func (a any) match(s *subject) bool {
	for _, t := range a {
		if t.match(s) {
			return true
		}
	}
	return false
}

func (n not) match(s *subject) bool { return !n.term.match(s) }

func (e *exact) match(s *subject) bool {
	return texts(s.ID, e.property, func(text string) bool { return text == e.value })
}

func (p *partial) match(s *subject) bool {
	return texts(s.ID, p.property, func(text string) bool { return contains(s.tokens(text), p.tokens) })
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
