package oracle

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Judge decides whether a number is a right answer: Answer.Equals or
// Answer.Accepts, or a choice between them by Distinct.
type Judge func(Answer, float64) bool

// Strict wants the values of the percentile family exactly while a period has
// at most distinct different values, and tolerates a histogram above. Open
// answers keep the range of their readings.
func Strict(distinct int) Judge {
	return func(a Answer, got float64) bool {
		if !a.Open && a.Distinct <= distinct {
			return a.Equals(got)
		}
		return a.Accepts(got)
	}
}

// GotDatapoint is a Datapoint as a server sent it.
type GotDatapoint struct {
	Timestamp          time.Time
	Unit               string
	Statistics         map[string]float64
	ExtendedStatistics map[string]float64
}

// Diff lists what is wrong with a server's GetMetricStatistics answer, which
// may have any order.
func (out GetMetricStatisticsOutput) Diff(label string, got []GotDatapoint, judge Judge) []string {
	var wrong []string
	if label != out.Label {
		wrong = append(wrong, fmt.Sprintf("label %q, want %q", label, out.Label))
	}
	found := make(map[string]GotDatapoint)
	for _, g := range got {
		name := pointName(g.Timestamp, g.Unit)
		if _, twice := found[name]; twice {
			wrong = append(wrong, name+": twice")
		}
		found[name] = g
	}
	for _, want := range out.Datapoints {
		name := pointName(want.Timestamp, want.Unit)
		g, ok := found[name]
		if !ok {
			wrong = append(wrong, fmt.Sprintf("%s: missing, want %v %v", name, want.Statistics, want.ExtendedStatistics))
			continue
		}
		delete(found, name)
		wrong = append(wrong, diffStatistics(name, want.Statistics, g.Statistics, judge)...)
		wrong = append(wrong, diffStatistics(name, want.ExtendedStatistics, g.ExtendedStatistics, judge)...)
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		wrong = append(wrong, fmt.Sprintf("%s: not wanted: %v", name, found[name]))
	}
	return wrong
}

func pointName(at time.Time, unit string) string {
	return at.UTC().Format(time.RFC3339Nano) + " " + unit
}

func diffStatistics(name string, want map[string]Answer, got map[string]float64, judge Judge) []string {
	var wrong []string
	for _, statistic := range slices.Sorted(maps.Keys(want)) {
		value, ok := got[statistic]
		switch {
		case !ok:
			wrong = append(wrong, fmt.Sprintf("%s %s: missing, want %v", name, statistic, want[statistic]))
		case !judge(want[statistic], value):
			wrong = append(wrong, fmt.Sprintf("%s %s: %v, want %v", name, statistic, value, want[statistic]))
		}
	}
	for _, statistic := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[statistic]; !ok {
			wrong = append(wrong, fmt.Sprintf("%s %s: %v, want none", name, statistic, got[statistic]))
		}
	}
	return wrong
}

// Diff lists what is wrong with a server's pages of ListMetrics.
func (out ListMetricsOutput) Diff(pages [][]Metric) []string {
	var wrong []string
	found := make(map[string]bool)
	for i, page := range pages {
		if len(page) > ListPageSize {
			wrong = append(wrong, fmt.Sprintf("page %d: %d metrics", i+1, len(page)))
		}
		for _, metric := range page {
			name := metric.String()
			if found[name] {
				wrong = append(wrong, name+": twice")
			}
			found[name] = true
		}
	}
	for _, metric := range out.Metrics {
		if !found[metric.String()] {
			wrong = append(wrong, metric.String()+": missing")
		}
		delete(found, metric.String())
	}
	for _, metric := range out.Doubtful {
		delete(found, metric.String())
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		wrong = append(wrong, name+": not wanted")
	}
	return wrong
}

// String prints the identity with the dimensions in their order.
func (m Metric) String() string {
	text := m.Namespace + ":" + m.MetricName + "{"
	for i, d := range m.Dimensions {
		if i > 0 {
			text += ","
		}
		text += d.Name + "=" + d.Value
	}
	return text + "}"
}
