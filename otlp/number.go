package otlp

import (
	"errors"

	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"

	"skywatch/ingest"
	"skywatch/metric"
)

// number is the value of a point. An integer beyond 2^53 is rounded.
func number(p *metrics.NumberDataPoint) (float64, error) {
	switch v := p.GetValue().(type) {
	case *metrics.NumberDataPoint_AsDouble:
		return v.AsDouble, nil
	case *metrics.NumberDataPoint_AsInt:
		return float64(v.AsInt), nil
	}
	if missing(p) {
		return 0, nil
	}
	return 0, errors.New("a point has no value")
}

// value takes a point of a gauge or a cumulative sum.
func (in *intake) value(s *stream, p *metrics.NumberDataPoint) error {
	v, err := number(p)
	if err != nil {
		return err
	}
	return in.keep(s, p, part{sample: metric.RawSample{Value: v}})
}

// change takes a point of a delta sum: one sample of that value. Where it says
// that there is no value, there is nothing to count.
func (in *intake) change(s *stream, p *metrics.NumberDataPoint) error {
	v, err := number(p)
	if err != nil || missing(p) {
		return err
	}
	return in.count(s, p, nil, ingest.Datum{Value: &v})
}
