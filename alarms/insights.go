package alarms

import (
	"slices"

	"skywatch/query/insights"
)

// asksInsights reports whether one of the alarm's queries is in Metrics Insights.
func (d *Definition) asksInsights() bool {
	return slices.ContainsFunc(d.Queries, func(q Query) bool { return insights.Is(q.Expression) })
}
