package search

import (
	"slices"

	"skywatch/conformance/oracle"
)

// Finds reports whether the text finds the metric of an account.
func (q Query) Finds(account string, metric oracle.Metric) bool {
	if q.schema != nil && !q.schema.fits(metric) {
		return false
	}
	return q.terms == nil || q.terms.holds(account, metric)
}

// fits wants the namespace, and exactly the listed names of dimensions.
func (s schema) fits(metric oracle.Metric) bool {
	var names []string
	for _, d := range metric.Dimensions {
		names = append(names, d.Name)
	}
	listed := slices.Clone(s.dimensions)
	slices.Sort(listed)
	slices.Sort(names)
	return metric.Namespace == s.namespace && slices.Equal(listed, names)
}

// condition is a part of an expression.
type condition interface {
	holds(account string, metric oracle.Metric) bool
}

type (
	either struct{ left, right condition }
	both   struct{ left, right condition }
	not    struct{ inner condition }
	value  struct {
		property string // empty: any of the four kinds of text
		piece
	}
)

func (c either) holds(account string, m oracle.Metric) bool {
	return c.left.holds(account, m) || c.right.holds(account, m)
}

func (c both) holds(account string, m oracle.Metric) bool {
	return c.left.holds(account, m) && c.right.holds(account, m)
}

func (c not) holds(account string, m oracle.Metric) bool { return !c.inner.holds(account, m) }

func (c value) holds(account string, m oracle.Metric) bool {
	return slices.ContainsFunc(c.texts(account, m), func(text string) bool {
		if c.quoted {
			return text == c.text
		}
		return covers(c.text, text)
	})
}

// texts are those that the value is compared with.
func (c value) texts(account string, m oracle.Metric) []string {
	switch c.property {
	case "":
		texts := []string{m.Namespace, m.MetricName}
		for _, d := range m.Dimensions {
			texts = append(texts, d.Name, d.Value)
		}
		return texts
	case "Namespace":
		return []string{m.Namespace}
	case "MetricName":
		return []string{m.MetricName}
	case ":aws.AccountId":
		return []string{account}
	}
	for _, d := range m.Dimensions {
		if d.Name == c.property {
			return []string{d.Value}
		}
	}
	return nil
}
