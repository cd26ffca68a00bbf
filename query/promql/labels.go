package promql

import (
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"skywatch/metric"
)

// Labels that are no dimensions. A dimension of one of these names is shown with
// the prefix, as Prometheus does with labels that clash.
const (
	namespaceLabel = "namespace"
	statLabel      = "stat"
	clashPrefix    = "exported_"
)

// defaultStat is the statistic of a selector that names none.
const defaultStat = "Average"

// offered are the statistics that a matcher which is no equality chooses from,
// and the values that the label is said to have; an equality takes any that
// GetMetricData takes.
var offered = []string{"Average", "Maximum", "Minimum", "SampleCount", "Sum", "p50", "p90", "p95", "p99", "p99.9"}

// labelOf is the label that shows a dimension.
func labelOf(dimension string) string {
	switch dimension {
	case model.MetricNameLabel, namespaceLabel, statLabel:
		return clashPrefix + dimension
	}
	return dimension
}

// labelsOf are the labels of one statistic of a metric.
func labelsOf(b *labels.ScratchBuilder, id *metric.ID, stat string) labels.Labels {
	b.Reset()
	b.Add(model.MetricNameLabel, id.Name)
	b.Add(namespaceLabel, id.Namespace)
	b.Add(statLabel, stat)
	for _, d := range id.Dimensions {
		b.Add(labelOf(d.Name), d.Value)
	}
	b.Sort()
	return b.Labels()
}

// stats are the statistics that the matchers ask for, by the names that the
// label has.
func stats(matchers []*labels.Matcher) []string {
	asked := false
	candidates := offered
	for _, m := range matchers {
		if m.Name != statLabel {
			continue
		}
		asked = true
		if m.Type == labels.MatchEqual {
			candidates = []string{m.Value}
		}
	}
	if !asked {
		return []string{defaultStat}
	}
	var out []string
	for _, c := range candidates {
		if _, ok := metric.ParseStatistic(c); ok && allMatch(matchers, statLabel, c) {
			out = append(out, c)
		}
	}
	return out
}

func allMatch(matchers []*labels.Matcher, name, value string) bool {
	for _, m := range matchers {
		if m.Name == name && !m.Matches(value) {
			return false
		}
	}
	return true
}

// rawLabelsOf are the labels of a raw metric: its own, and nothing else.
func rawLabelsOf(b *labels.ScratchBuilder, id *metric.ID) labels.Labels {
	b.Reset()
	if id.Name != "" {
		b.Add(model.MetricNameLabel, id.Name)
	}
	for _, d := range id.Dimensions {
		b.Add(d.Name, d.Value)
	}
	b.Sort()
	return b.Labels()
}

// rawFilter is filter for raw metrics.
func rawFilter(t metric.Tenant, matchers []*labels.Matcher, since metric.Instant) metric.Filter {
	f := metric.Filter{Tenant: t, ActiveSince: since, Kind: metric.OnlyRaw, Namespace: metric.RawNamespace}
	for _, m := range matchers {
		switch {
		case m.Type != labels.MatchEqual || m.Value == "":
		case m.Name == model.MetricNameLabel:
			f.Name = m.Value
		default:
			f.Dimensions = append(f.Dimensions, metric.DimensionFilter{Name: m.Name, Value: m.Value})
		}
	}
	return f
}

// filter selects, of the metrics that are not raw, all that the matchers may
// select and perhaps others: what an index can look up.
func filter(t metric.Tenant, matchers []*labels.Matcher, since metric.Instant) metric.Filter {
	f := metric.Filter{Tenant: t, ActiveSince: since, Kind: metric.NotRaw}
	for _, m := range matchers {
		if m.Type != labels.MatchEqual || m.Value == "" { // an empty value: without the label
			continue
		}
		switch m.Name {
		case model.MetricNameLabel:
			f.Name = m.Value
		case namespaceLabel:
			f.Namespace = m.Value
		case statLabel:
		default:
			f.Dimensions = append(f.Dimensions, metric.DimensionFilter{Name: dimensionOf(m.Name), Value: m.Value})
		}
	}
	return f
}

// dimensionOf is the dimension that a label shows.
func dimensionOf(label string) string {
	for _, d := range []string{model.MetricNameLabel, namespaceLabel, statLabel} {
		if label == clashPrefix+d {
			return d
		}
	}
	return label
}

// match reports whether the matchers select labels; those of except are not
// asked.
func match(matchers []*labels.Matcher, ls labels.Labels, except string) bool {
	for _, m := range matchers {
		if m.Name != except && !m.Matches(ls.Get(m.Name)) {
			return false
		}
	}
	return true
}
