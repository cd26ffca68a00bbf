package otlp_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/prometheus/prometheus/prompb"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser/posrange"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	"pgregory.net/rapid"

	"skywatch/metric/sketch"
)

// exponentialOf puts positive values into the buckets of a scale, as an SDK does:
// the bucket of v is the greatest whose bound is below v.
func exponentialOf(values []float64, scale int32) *metrics.ExponentialHistogramDataPoint {
	index := func(v float64) int32 { return int32(math.Ceil(math.Ldexp(math.Log2(v), int(scale)))) - 1 }
	p := &metrics.ExponentialHistogramDataPoint{
		TimeUnixNano: uint64(noon.UnixNano()), Scale: scale, Sum: new(float64), Count: uint64(len(values)),
		Min: new(slices.Min(values)), Max: new(slices.Max(values)),
	}
	first, last := index(*p.Min), index(*p.Max)
	p.Positive = &metrics.ExponentialHistogramDataPoint_Buckets{Offset: first, BucketCounts: make([]uint64, last-first+1)}
	for _, v := range values {
		*p.Sum += v
		p.Positive.BucketCounts[index(v)-first]++
	}
	return p
}

func exponentials(t metrics.AggregationTemporality, p *metrics.ExponentialHistogramDataPoint) *metrics.MetricsData {
	return &metrics.MetricsData{ResourceMetrics: []*metrics.ResourceMetrics{{ScopeMetrics: []*metrics.ScopeMetrics{{
		Metrics: []*metrics.Metric{{Name: "h", Data: &metrics.Metric_ExponentialHistogram{ExponentialHistogram: &metrics.ExponentialHistogram{
			AggregationTemporality: t, DataPoints: []*metrics.ExponentialHistogramDataPoint{p},
		}}}},
	}}}}}
}

// TestPercentiles: the percentiles of an exponential histogram come back within
// the error of its base: as statistic data from GetMetricData's sketch, which adds
// its own, and as a native histogram from histogram_quantile.
func TestPercentiles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0.001, 1000), 1, 200).Draw(t, "values")
		scale := rapid.Int32Range(0, 5).Draw(t, "scale")
		p := exponentialOf(values, scale)
		slices.Sort(values)
		base := math.Exp2(math.Exp2(-float64(scale)))
		for temporality := metrics.AggregationTemporality(1); temporality <= 2; temporality++ {
			h := newHouse()
			body, err := marshal(exponentials(temporality, p))
			if err != nil {
				t.Fatal(err)
			}
			if w := h.post(body, "Content-Type", protobuf); w.Code != 200 || w.Body.Len() > 0 {
				t.Fatalf("%d %q", w.Code, w.Body)
			}
			for _, percent := range []float64{1, 25, 50, 90, 99, 99.9} {
				rank := percent * float64(len(values)) / 100
				want := values[int(math.Ceil(rank-1e-9))-1]
				next := want // PromQL takes either of two neighbours where the rank is between them
				got, most := 0.0, base
				if temporality == metrics.AggregationTemporality_AGGREGATION_TEMPORALITY_DELTA {
					got, most = statistic(t, h, percent), math.Sqrt(base)*(1+sketch.RelativeAccuracy)
				} else {
					got, next = native(t, h, percent), values[min(int(rank+1e-9), len(values)-1)]
				}
				if most *= 1 + 1e-9; got < want/most || got > next*most {
					t.Fatalf("%s: p%g is %g, want %g to %g within the factor %g", temporality, percent, got, want, next, most)
				}
			}
		}
	})
}

// statistic is a percentile of the datum, taken as the store takes it.
func statistic(t *rapid.T, h *house, percent float64) float64 {
	if len(h.samples) != 1 || len(h.raw) != 0 {
		t.Fatalf("%d data", len(h.samples))
	}
	d := h.samples[0].Datapoint(60)
	v, ok := d.Values().Within(d.Set.Minimum, d.Set.Maximum).Percentile(percent)
	if !ok {
		t.Fatal("no percentile")
	}
	return v
}

// native is a percentile of the raw histogram, taken as PromQL takes it.
func native(t *rapid.T, h *house, percent float64) float64 {
	if len(h.raw) != 1 || len(h.samples) != 0 {
		t.Fatalf("%d series", len(h.raw))
	}
	var m prompb.Histogram
	if err := m.Unmarshal(h.raw[0].Samples[0].Histogram.Encoded); err != nil {
		t.Fatal(err)
	}
	v, notes := promql.HistogramQuantile(percent/100, m.ToFloatHistogram(), "h", posrange.PositionRange{})
	if len(notes) > 0 {
		t.Fatal(fmt.Sprint(notes))
	}
	return v
}
