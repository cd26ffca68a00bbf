package oracle

import (
	"slices"
	"strconv"
	"strings"
)

// label is the text of one returned query.
func (in GetMetricDataInput) label(tenant Tenant, q Query, ascending []Point) Label {
	if q.Label == nil {
		return Label{{Text: defaultLabel(q, in.unlabelled(q))}}
	}
	return expansion{
		tenant: tenant, query: q, points: ascending, zone: zone(in.Timezone),
		fallback: defaultLabel(q, in.unlabelled(q)),
	}.expand(*q.Label)
}

// unlabelled are the returned direct metrics without a label, or with the
// default one in it, which the default labels must tell apart, and the query
// itself.
func (in GetMetricDataInput) unlabelled(self Query) []MetricStat {
	var stats []MetricStat
	for _, q := range in.Queries {
		returned := q.ReturnData == nil || *q.ReturnData
		unlabelled := q.Label == nil || strings.Contains(*q.Label, "${LABEL}")
		if returned && (unlabelled || q.ID == self.ID) {
			stats = append(stats, q.MetricStat.normal())
		}
	}
	return stats
}

// normal has the dimensions sorted.
func (s MetricStat) normal() MetricStat {
	s.Metric = newMetric(s.Metric.Namespace, s.Metric.MetricName, s.Metric.Dimensions)
	return s
}

// defaultLabel prints what tells the query from the others, and the name of
// the metric when that is nothing (section 7).
func defaultLabel(q Query, all []MetricStat) string {
	self := q.MetricStat.normal()
	var parts []string
	if differs(all, func(s MetricStat) string { return s.Metric.Namespace }) {
		parts = append(parts, self.Metric.Namespace)
	}
	for _, d := range self.Metric.Dimensions {
		if differs(all, func(s MetricStat) string { return s.Metric.dimension(d.Name) }) {
			parts = append(parts, d.Value)
		}
	}
	if len(parts) == 0 || differs(all, func(s MetricStat) string { return s.Metric.MetricName }) {
		parts = append(parts, self.Metric.MetricName)
	}
	same := slices.DeleteFunc(slices.Clone(all), func(s MetricStat) bool { return s.Metric.key() != self.Metric.key() })
	if differs(same, func(s MetricStat) string { return s.Stat }) {
		parts = append(parts, self.Stat)
	}
	period := func(s MetricStat) string { return strconv.Itoa(s.Period) }
	if differs(same, period) {
		parts = append(parts, period(self))
	}
	return strings.Join(parts, " ")
}

// dimension is the value with a mark in front, or nothing when missing.
func (m Metric) dimension(name string) string {
	for _, d := range m.Dimensions {
		if d.Name == name {
			return "=" + d.Value
		}
	}
	return ""
}

// differs reports whether the attribute is not the same everywhere.
func differs(stats []MetricStat, attribute func(MetricStat) string) bool {
	return slices.ContainsFunc(stats, func(s MetricStat) bool { return attribute(s) != attribute(stats[0]) })
}
