package otlp

import (
	"errors"
	"fmt"
	"time"

	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"

	"skywatch/ingest"
	"skywatch/metric"
)

// intake collects what a request brings, and refuses what breaks the rules point
// by point.
type intake struct {
	check  func(time.Time, metric.Tenant, []ingest.Row) ([]metric.Sample, error)
	tenant metric.Tenant
	now    time.Time

	raw      []metric.RawSeries
	samples  []metric.Sample
	size     int   // of raw and samples, about
	points   int64 // of the request
	rejected int64 // of these
	refusals int
	reasons  []string // the first of the refusals
}

// maxMade bounds what a request becomes: attributes of a resource are written
// once and belong to each of its points. A record of the store's log has 32 MiB.
const maxMade = 24 << 20

// request takes all of a request that can be taken.
func (in *intake) request(m *metrics.MetricsData) {
	for _, r := range m.GetResourceMetrics() {
		of := newResource(r.GetResource())
		for _, s := range r.GetScopeMetrics() {
			from := of.scope(s.GetScope())
			for _, m := range s.GetMetrics() {
				in.metric(from, m)
			}
		}
	}
}

// metric takes the points of a metric.
func (in *intake) metric(from *source, m *metrics.Metric) {
	s := &stream{source: from, name: m.GetName(), unit: unitOf(m.GetUnit())}
	switch d := m.GetData().(type) {
	case *metrics.Metric_Gauge:
		each(in, s, d.Gauge.GetDataPoints(), in.value)
	case *metrics.Metric_Sum:
		byTemporality(in, s, d.Sum, in.value, in.change)
	case *metrics.Metric_Histogram:
		byTemporality(in, s, d.Histogram, in.histogram, in.histogramChange)
	case *metrics.Metric_ExponentialHistogram:
		byTemporality(in, s, d.ExponentialHistogram, in.exponential, in.exponentialChange)
	case *metrics.Metric_Summary:
		each(in, s, d.Summary.GetDataPoints(), in.summary)
	default:
		in.refuse(s.name, 0, errors.New("its data are of no known kind"))
	}
}

// byTemporality takes the points of data that are cumulative or delta.
func byTemporality[D interface {
	GetAggregationTemporality() metrics.AggregationTemporality
	GetDataPoints() []P
}, P any](in *intake, s *stream, data D, cumulative, delta func(*stream, P) error) {
	switch t := data.GetAggregationTemporality(); t {
	case metrics.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE:
		each(in, s, data.GetDataPoints(), cumulative)
	case metrics.AggregationTemporality_AGGREGATION_TEMPORALITY_DELTA:
		each(in, s, data.GetDataPoints(), delta)
	default:
		in.points += int64(len(data.GetDataPoints()))
		in.refuse(s.name, len(data.GetDataPoints()), errors.New("its aggregation temporality is neither cumulative nor delta"))
	}
}

// each takes points one by one; take keeps all of a point or nothing.
func each[P any](in *intake, s *stream, points []P, take func(*stream, P) error) {
	in.points += int64(len(points))
	for _, p := range points {
		if err := take(s, p); err != nil {
			in.refuse(s.name, 1, err)
		}
	}
}

// grow accounts for what a point becomes.
func (in *intake) grow(bytes int) error {
	if in.size+bytes > maxMade {
		return fmt.Errorf("the request becomes more than %d MiB with its attributes; send fewer points at once", maxMade>>20)
	}
	in.size += bytes
	return nil
}

// sizeOf is about what an ID takes.
func sizeOf(id metric.ID) int {
	n := 64 + len(id.Namespace) + len(id.Name)
	for _, d := range id.Dimensions {
		n += len(d.Name) + len(d.Value) + 4
	}
	return n
}
