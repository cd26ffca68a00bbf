package otlp

import (
	"errors"
	"math"

	"github.com/prometheus/prometheus/model/histogram"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
)

// explicit reads the buckets of a histogram: the i-th ends with the i-th bound,
// which it includes, and the last has no end.
func explicit(p *metrics.HistogramDataPoint) (*distribution, error) {
	counts, bounds := p.GetBucketCounts(), p.GetExplicitBounds()
	d := &distribution{count: p.GetCount(), sum: p.Sum, min: p.Min, max: p.Max, withoutBuckets: len(bounds) == 0}
	switch {
	case len(counts) == 0 && len(bounds) == 0:
		return d, nil
	case len(counts) != len(bounds)+1:
		return nil, errors.New("there must be one more bucket than bounds")
	}
	low := math.Inf(-1)
	for i, n := range counts {
		high := math.Inf(1)
		if i < len(bounds) {
			high = bounds[i]
			if !(high > low) || math.IsInf(high, 0) {
				return nil, errors.New("the bounds must ascend and be finite")
			}
		}
		if n > 0 {
			d.buckets = append(d.buckets, bucket{low, high, n})
		}
		low = high
	}
	return d, d.consistent()
}

// histogram takes a point of a cumulative histogram: a native histogram with its
// own bounds.
func (in *intake) histogram(s *stream, p *metrics.HistogramDataPoint) error {
	if missing(p) {
		return in.keep(s, p, part{})
	}
	if _, err := explicit(p); err != nil {
		return err
	}
	var b spans
	for i, n := range p.GetBucketCounts() {
		b.add(int64(i), n)
	}
	if len(p.GetBucketCounts()) == 0 { // all that there are may be anywhere
		b.add(0, p.GetCount())
	}
	return in.native(s, p, &histogram.Histogram{
		Schema: histogram.CustomBucketsSchema, CustomValues: p.GetExplicitBounds(), Count: p.GetCount(), Sum: sumOf(p.Sum),
	}, &b, nil)
}

// histogramChange takes a point of a delta histogram.
func (in *intake) histogramChange(s *stream, p *metrics.HistogramDataPoint) error {
	if missing(p) {
		return nil
	}
	d, err := explicit(p)
	if err != nil {
		return err
	}
	return in.observed(s, p, d)
}

// sumOf is the sum of a native histogram: NaN where it is not known.
func sumOf(sum *float64) float64 {
	if sum == nil {
		return math.NaN()
	}
	return *sum
}
