package otlp

import (
	"errors"
	"strconv"

	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"

	"skywatch/metric"
)

// quantileLabel is the label of the quantiles of a summary, as in Prometheus.
const quantileLabel = "quantile"

// summary takes a point of a summary: its sum, its count and its quantiles.
func (in *intake) summary(s *stream, p *metrics.SummaryDataPoint) error {
	for _, a := range p.GetAttributes() {
		if a.GetKey() == quantileLabel {
			return errors.New("the attribute quantile has the name of a summary's own label")
		}
	}
	parts := []part{
		{suffix: "_sum", sample: metric.RawSample{Value: p.GetSum()}},
		{suffix: "_count", sample: metric.RawSample{Value: float64(p.GetCount())}},
	}
	for _, q := range p.GetQuantileValues() {
		parts = append(parts, part{
			label:  &metric.Dimension{Name: quantileLabel, Value: strconv.FormatFloat(q.GetQuantile(), 'g', -1, 64)},
			sample: metric.RawSample{Value: q.GetValue()},
		})
	}
	return in.keep(s, p, parts...)
}
