package oracle

import (
	"slices"
	"time"
)

// Moments are the four numbers of the samples of one period.
type Moments struct {
	Count, Sum, Least, Greatest float64
}

// Merge joins the samples of several metrics period by period, whatever their
// units: sums of sums, sums of counts, extremes of extremes.
func (m *Model) Merge(now time.Time, tenant Tenant, metrics []Metric, start, end time.Time, seconds int) map[time.Time]Moments {
	w := newWindow(now, start, end, seconds)
	slots := make(map[time.Time]*bucket)
	for _, metric := range metrics {
		for _, s := range m.find(tenant, metric).samples {
			at, seen := w.slot(s)
			if !seen {
				continue
			}
			if slots[at] == nil {
				slots[at] = newBucket(s)
			}
			slots[at].add(s)
		}
	}
	merged := make(map[time.Time]Moments)
	for at, b := range slots {
		merged[at] = Moments{Count: float(b.count), Sum: float(b.sum), Least: b.min, Greatest: b.max}
	}
	return merged
}

// Slots are the starts of all the periods of a range, with and without data.
func Slots(now, start, end time.Time, seconds int) []time.Time {
	w := newWindow(now, start, end, seconds)
	var slots []time.Time
	for at := w.start; at.Before(w.end); at = at.Add(w.period) {
		slots = append(slots, at)
	}
	return slots
}

// DefaultLabels are the labels of unlabelled series that stand together.
func DefaultLabels(all []MetricStat) []string {
	normal := make([]MetricStat, len(all))
	for i, s := range all {
		normal[i] = s.normal()
	}
	labels := make([]string, len(all))
	for i, s := range normal {
		labels[i] = defaultLabel(Query{MetricStat: s}, slices.Clone(normal))
	}
	return labels
}
