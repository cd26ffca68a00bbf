package oracle

import "time"

// Reading is what an alarm sees of one period: the statistic and how many
// samples it was taken from.
type Reading struct {
	Value Answer
	Count float64
}

// Read computes the statistic of the period that begins at start, from all
// that was put with a timestamp in it: the unit that was asked for, or the one
// that GetMetricData would choose (sections 5.3 and 12.4). Retention is not
// asked.
//
// A period under a minute also sees data of standard resolution, at the second
// where their minute begins: an alarm "does not receive data for the attempts
// that do not correspond to a one-minute data resolution" (the vendor's model, on
// Period of PutMetricAlarm), while reads see none of them (3.5).
func (m *Model) Read(tenant Tenant, stat MetricStat, start time.Time) (Reading, bool) {
	w := window{start: start, period: time.Duration(stat.Period) * time.Second, cell: time.Minute, standard: true}
	w.end = start.Add(w.period)
	w.now = w.end
	if w.fine() {
		w.cell = time.Second
	}
	metric := newMetric(stat.Metric.Namespace, stat.Metric.MetricName, stat.Metric.Dimensions)
	units := m.find(tenant, metric).buckets(w, stat.Unit)[start]
	b := preferred(units)
	st, known := parseStatistic(stat.Stat)
	if b == nil || !known {
		return Reading{}, false
	}
	a, ok := b.answer(st)
	return Reading{Value: a, Count: float(b.count)}, ok
}
