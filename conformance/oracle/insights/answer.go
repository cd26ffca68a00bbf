package insights

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"skywatch/conformance/oracle"
)

const (
	accountLabel = "AWS.AccountId"
	// other is the group of metrics that lack the label.
	other = "Other"
)

// Window is what time an answer is for.
type Window struct {
	Now, Start, End time.Time
	Period          int // seconds
}

// Series is one group of the answer; Groups is empty without GROUP BY.
type Series struct {
	Groups []string
	Points map[time.Time]float64
}

// Answer gives the groups in order. Periods below a minute are a minute, and
// both ends of the range are cut to the minute.
func (q Query) Answer(m *oracle.Model, tenant oracle.Tenant, w Window) []Series {
	w.Period = max(w.Period, 60)
	w.Start, w.End = w.Start.Truncate(time.Minute), w.End.Truncate(time.Minute)
	groups := make(map[string][]oracle.Metric)
	if len(q.groupBy) == 0 {
		groups[""] = nil
	}
	listed, _ := m.ListMetrics(w.Now, tenant, oracle.ListMetricsInput{})
	for _, metric := range listed.Metrics {
		if len(oracle.Slots(w.Now, w.Start, w.End, w.Period)) == 0 {
			break
		}
		if q.selects(tenant, metric) {
			key := strings.Join(q.groups(tenant, metric), "\x00")
			groups[key] = append(groups[key], metric)
		}
	}
	return q.ordered(m, tenant, w, groups)
}

func (q Query) ordered(m *oracle.Model, tenant oracle.Tenant, w Window, groups map[string][]oracle.Metric) []Series {
	type ranked struct {
		Series
		rank float64
	}
	var all []ranked
	for key, metrics := range groups {
		slots := m.Merge(w.Now, tenant, metrics, w.Start, w.End, w.Period)
		r := ranked{Series: Series{Points: make(map[time.Time]float64)}}
		if len(q.groupBy) > 0 {
			r.Groups = strings.Split(key, "\x00")
		}
		for at, moments := range slots {
			r.Points[at] = reduced(q.function, moments)
		}
		if q.orderBy != "" && len(slots) > 0 {
			r.rank = reduced(q.orderBy, whole(r.Points))
		}
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b ranked) int {
		empty := 0
		if q.orderBy != "" {
			empty = cmp.Compare(min(1, len(b.Points)), min(1, len(a.Points)))
		}
		byRank := cmp.Compare(a.rank, b.rank)
		if q.falling {
			byRank = -byRank
		}
		return cmp.Or(empty, byRank, slices.Compare(a.Groups, b.Groups))
	})
	var series []Series
	for _, r := range all[:min(len(all), q.limit)] {
		series = append(series, r.Series)
	}
	return series
}

// whole takes the points of a series as the samples of one long period.
func whole(points map[time.Time]float64) oracle.Moments {
	total := oracle.Moments{Least: math.Inf(1), Greatest: math.Inf(-1)}
	for _, at := range slices.SortedFunc(maps.Keys(points), time.Time.Compare) {
		total.Count++
		total.Sum += points[at]
		total.Least = min(total.Least, points[at])
		total.Greatest = max(total.Greatest, points[at])
	}
	return total
}

func reduced(function string, m oracle.Moments) float64 {
	switch function {
	case "AVG":
		return m.Sum / m.Count
	case "COUNT":
		return m.Count
	case "MAX":
		return m.Greatest
	case "MIN":
		return m.Least
	}
	return m.Sum
}

// selects applies FROM, WHERE and the name.
func (q Query) selects(tenant oracle.Tenant, metric oracle.Metric) bool {
	if metric.MetricName != q.metric || metric.Namespace != q.namespace {
		return false
	}
	if q.exact && !slices.Equal(q.schema, dimensionNames(metric)) {
		return false
	}
	for _, c := range q.where {
		if !c.holds(tenant, metric) {
			return false
		}
	}
	return true
}

func dimensionNames(metric oracle.Metric) []string {
	var names []string
	for _, d := range metric.Dimensions {
		names = append(names, d.Name)
	}
	slices.Sort(names)
	return names
}

// holds compares; a metric without the label differs from every value.
func (c comparison) holds(tenant oracle.Tenant, metric oracle.Metric) bool {
	value := c.value
	if c.account {
		value = tenant.Account
	}
	have, ok := valueOf(c.label, tenant, metric)
	if c.differs {
		return !ok || have != value
	}
	return ok && have == value
}

// groups are the values of the labels of GROUP BY.
func (q Query) groups(tenant oracle.Tenant, metric oracle.Metric) []string {
	var values []string
	for _, label := range q.groupBy {
		value, ok := valueOf(label, tenant, metric)
		if !ok {
			value = other
		}
		values = append(values, value)
	}
	return values
}

func valueOf(label string, tenant oracle.Tenant, metric oracle.Metric) (string, bool) {
	if label == accountLabel {
		return tenant.Account, true
	}
	for _, d := range metric.Dimensions {
		if d.Name == label {
			return d.Value, true
		}
	}
	return "", false
}
