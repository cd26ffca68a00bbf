package alarms

import (
	"context"
	"slices"

	"skywatch/metric"
	"skywatch/query"
	"skywatch/query/insights"
)

// asksInsights reports whether one of the alarm's queries is in Metrics Insights.
func (d *Definition) asksInsights() bool {
	return slices.ContainsFunc(d.Queries, func(q Query) bool { return insights.Is(q.Expression) })
}

// insights asks the alarm's queries over its evaluation range.
func (a *Alarm) insights(by Columns) question {
	queries, clock := dataQueries(a.Queries), a.clock()
	tenant, n, period, grouped := a.Tenant, a.slots(), a.Period, a.contributes()
	return func(ctx context.Context, at metric.Instant) (seen, error) {
		if by == nil {
			return seen{}, errNobody
		}
		end := at
		if clock != nil {
			end = clock.before(at)
		}
		start := end - metric.Instant(n)*period.Millis()
		columns, partial, err := by.Columns(ctx, at, tenant, queries, start, end)
		if err != nil {
			return unseen(ctx, err)
		}
		s := seen{partial: partial}
		of := periods{n: n, start: start, period: period}
		for _, c := range columns {
			if !grouped {
				s.slots = of.slots(c.Values)
				break
			}
			s.groups = append(s.groups, group{attributesOf(c), of.slots(c.Values)})
		}
		return s, nil
	}
}

// slots are values of periods, NaN for none.
func (p *periods) slots(values []float64) []Slot {
	slots := make([]Slot, p.n)
	for i := range slots {
		slots[i].Start, _ = p.at(i)
		if i < len(values) && values[i] == values[i] {
			slots[i].Present, slots[i].Value = true, values[i]
		}
	}
	return slots
}

func attributesOf(c query.Column) map[string]string {
	all := make(map[string]string, len(c.Labels))
	for _, l := range c.Labels {
		all[l.Name] = l.Value
	}
	return all
}
