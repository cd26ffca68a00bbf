package otlp

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/prometheus/prometheus/model/histogram"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
)

// bound is the lower bound of the bucket with an index at a scale: the index-th
// power of the base, which is 2 to the power of 2^-scale.
func bound(index int64, scale int32) float64 {
	return math.Exp2(math.Ldexp(float64(index), -int(scale)))
}

// exponential reads the buckets of an exponential histogram.
func exponential(p *metrics.ExponentialHistogramDataPoint) (*distribution, error) {
	d := &distribution{count: p.GetCount(), sum: p.Sum, min: p.Min, max: p.Max}
	filled := func(b *metrics.ExponentialHistogramDataPoint_Buckets, add func(low, high float64, n uint64)) {
		for i, n := range b.GetBucketCounts() {
			if n > 0 && len(d.buckets) <= maxFilled {
				index := int64(b.GetOffset()) + int64(i)
				add(bound(index, p.GetScale()), bound(index+1, p.GetScale()), n)
			}
		}
	}
	filled(p.GetNegative(), func(low, high float64, n uint64) { d.buckets = append(d.buckets, bucket{-high, -low, n}) })
	slices.Reverse(d.buckets)
	if p.GetZeroCount() > 0 {
		d.buckets = append(d.buckets, bucket{0, 0, p.GetZeroCount()})
	}
	filled(p.GetPositive(), func(low, high float64, n uint64) { d.buckets = append(d.buckets, bucket{low, high, n}) })
	if z := p.GetZeroThreshold(); !(z >= 0) || math.IsInf(z, 1) {
		return nil, errors.New("the zero threshold must be finite and not negative")
	}
	return d, d.consistent()
}

// exponential takes a point of a cumulative exponential histogram: a native
// histogram of the same scale, or of the finest that there is. Its bucket 0 ends at
// 1, where the protocol's begins.
func (in *intake) exponential(s *stream, p *metrics.ExponentialHistogramDataPoint) error {
	if missing(p) {
		return in.keep(s, p, part{})
	}
	if _, err := exponential(p); err != nil {
		return err
	}
	scale := p.GetScale()
	if scale < histogram.ExponentialSchemaMin {
		return fmt.Errorf("a cumulative histogram may not have a scale below %d", histogram.ExponentialSchemaMin)
	}
	shift := 0
	if scale > histogram.ExponentialSchemaMax {
		shift, scale = int(scale-histogram.ExponentialSchemaMax), histogram.ExponentialSchemaMax
	}
	sides := [2]spans{}
	for side, b := range []*metrics.ExponentialHistogramDataPoint_Buckets{p.GetPositive(), p.GetNegative()} {
		for i, n := range b.GetBucketCounts() {
			sides[side].add((int64(b.GetOffset())+int64(i))>>min(shift, 63)+1, n)
		}
	}
	return in.native(s, p, &histogram.Histogram{
		Schema: scale, Count: p.GetCount(), Sum: sumOf(p.Sum), ZeroCount: p.GetZeroCount(), ZeroThreshold: p.GetZeroThreshold(),
	}, &sides[0], &sides[1])
}

// exponentialChange takes a point of a delta exponential histogram.
func (in *intake) exponentialChange(s *stream, p *metrics.ExponentialHistogramDataPoint) error {
	if missing(p) {
		return nil
	}
	d, err := exponential(p)
	if err != nil {
		return err
	}
	return in.observed(s, p, d)
}
