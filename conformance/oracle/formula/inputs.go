package formula

import (
	"slices"
	"strings"
)

// periodOf is the period of a query: its own, or the smallest of what it
// refers to, or a minute.
func (w *world) periodOf(q Query) int { return w.periodBehind(q, nil) }

// periodBehind does not follow the ids seen before: cycles are refused
// elsewhere.
func (w *world) periodBehind(q Query, seen []string) int {
	switch {
	case q.Stat != nil:
		return q.Stat.Period
	case selectText.MatchString(q.Expression):
		return max(60, q.Period)
	case q.Period > 0:
		return q.Period
	}
	least := 0
	if tree, ok := parse(q.Expression); ok {
		for _, period := range w.inputs(tree, append(slices.Clone(seen), q.ID)) {
			if least == 0 || period < least {
				least = period
			}
		}
	}
	if least == 0 {
		return 60
	}
	return least
}

// inputs are the periods of all that a part of an expression refers to.
func (w *world) inputs(n *node, seen []string) []int {
	var periods []int
	switch {
	case n.kind == nameNode:
		for _, q := range w.in.Queries {
			if q.ID == n.text && !slices.Contains(seen, q.ID) {
				periods = append(periods, w.periodBehind(q, seen))
			}
		}
	case n.kind == callNode && n.text == "METRICS":
		for _, q := range w.in.Queries {
			if q.Stat != nil && (len(n.parts) == 0 || strings.Contains(q.ID, n.parts[0].text)) {
				periods = append(periods, q.Stat.Period)
			}
		}
	case n.kind == callNode && n.text == "SEARCH" && len(n.parts) == 3:
		periods = append(periods, int(n.parts[2].number))
	}
	for _, part := range n.parts {
		periods = append(periods, w.inputs(part, seen)...)
	}
	return periods
}
