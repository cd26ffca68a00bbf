package oracle

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Ages that ListMetrics looks at (5.4).
const (
	listedAge = 14 * 24 * time.Hour
	recentAge = 3 * time.Hour
	recentLag = 50 * time.Minute // what the real service may include in excess
)

// ListPageSize is the most metrics that one page may hold.
const ListPageSize = 500

// ListMetricsInput is the request of ListMetrics; empty strings are absent.
type ListMetricsInput struct {
	Namespace      string
	MetricName     string
	Dimensions     []DimensionFilter
	RecentlyActive string
}

// DimensionFilter asks for a dimension, and for its value unless that is
// empty.
type DimensionFilter struct {
	Name, Value string
}

// ListMetricsOutput holds the metrics of all pages, sorted by identity.
type ListMetricsOutput struct {
	// Metrics must be listed.
	Metrics []Metric
	// Doubtful ones may be: the readings of "a point published in the last"
	// differ for them.
	Doubtful []Metric
}

// ListMetrics lists what the filters match.
func (m *Model) ListMetrics(now time.Time, tenant Tenant, in ListMetricsInput) (ListMetricsOutput, Errors) {
	if errs := checkList(in); len(errs) > 0 {
		return ListMetricsOutput{}, errs
	}
	var out ListMetricsOutput
	for _, s := range m.metrics {
		if s.tenant != tenant || !in.matches(s.metric) {
			continue
		}
		switch must, may := s.active(now, in.RecentlyActive != ""); {
		case must:
			out.Metrics = append(out.Metrics, s.metric)
		case may:
			out.Doubtful = append(out.Doubtful, s.metric)
		}
	}
	sortMetrics(out.Metrics)
	sortMetrics(out.Doubtful)
	return out, nil
}

func sortMetrics(metrics []Metric) {
	slices.SortFunc(metrics, func(a, b Metric) int { return cmp.Compare(a.key(), b.key()) })
}

// active reports whether the metric must and whether it may be listed. Its
// last point can be told by the time of arrival or by the timestamp.
func (s *series) active(now time.Time, recently bool) (must, may bool) {
	within, loosely := listedAge, listedAge
	if recently {
		within, loosely = recentAge, recentAge+recentLag
	}
	byTimestamp, byArrival := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
	for _, sample := range s.samples {
		byTimestamp = min(byTimestamp, now.Sub(sample.at))
		byArrival = min(byArrival, now.Sub(sample.received))
	}
	return max(byTimestamp, byArrival) < within, min(byTimestamp, byArrival) <= loosely
}

func (in ListMetricsInput) matches(metric Metric) bool {
	if in.Namespace != "" && in.Namespace != metric.Namespace {
		return false
	}
	if in.MetricName != "" && in.MetricName != metric.MetricName {
		return false
	}
	for _, filter := range in.Dimensions {
		if !filter.matches(metric.Dimensions) {
			return false
		}
	}
	return true
}

func (f DimensionFilter) matches(dimensions []Dimension) bool {
	return slices.ContainsFunc(dimensions, func(d Dimension) bool {
		return d.Name == f.Name && (f.Value == "" || f.Value == d.Value)
	})
}

func checkList(in ListMetricsInput) Errors {
	var errs Errors
	if in.Namespace != "" {
		errs.checkNamespace(in.Namespace)
	}
	if in.MetricName != "" {
		errs.checkMetricName(in.MetricName)
	}
	if len(in.Dimensions) > 10 {
		errs.refuse(ValidationError, InvalidParameterValue)
	}
	for _, filter := range in.Dimensions {
		errs.checkText(filter.Name, 255, false)
		if filter.Value != "" {
			errs.checkText(filter.Value, 1024, true)
		}
	}
	if in.RecentlyActive != "" && in.RecentlyActive != "PT3H" {
		errs.mention(ValidationError, "Member must satisfy enum value set: [PT3H]")
	}
	return errs
}
