package otlp

import (
	"errors"
	"fmt"
	"math"
	"math/bits"

	"skywatch/metric"
)

// maxFilled bounds the buckets of a point that hold anything (ours; the SDKs make
// at most 160 on either side of zero).
const maxFilled = 4096

// bucket holds the observations between two bounds. The outermost bounds of
// explicit buckets are infinite; the bucket of zeros has both at 0.
type bucket struct {
	low, high float64
	count     uint64
}

// distribution is what a histogram says of its observations.
type distribution struct {
	buckets        []bucket // those that hold anything, in ascending order
	count          uint64
	sum, min, max  *float64
	withoutBuckets bool // it tells no more than these numbers
}

// consistent says whether the buckets hold as many as the count says.
func (d *distribution) consistent() error {
	var total, carry uint64
	for _, b := range d.buckets {
		var c uint64
		total, c = bits.Add64(total, b.count, 0)
		carry |= c
	}
	switch {
	case d.withoutBuckets && len(d.buckets) == 0:
		return nil
	case len(d.buckets) > maxFilled:
		return fmt.Errorf("there are more than %d buckets that hold anything", maxFilled)
	case carry != 0 || total != d.count:
		return fmt.Errorf("the buckets do not hold as many as the count says, %d", d.count)
	}
	return nil
}

// extremes are the minimum and the maximum: as sent, or else the outermost bounds
// of the buckets.
func (d *distribution) extremes() (low, high float64, err error) {
	if len(d.buckets) > 0 {
		first, last := d.buckets[0], d.buckets[len(d.buckets)-1]
		low, high = first.low, last.high
		if math.IsInf(low, -1) { // as histogram_quantile of Prometheus has it
			low = math.Min(first.high, 0)
		}
		if math.IsInf(high, 1) {
			high = last.low
		}
		high = math.Max(low, high)
	}
	if d.min != nil {
		low = *d.min
		high = math.Max(low, high)
	}
	if d.max != nil {
		high = *d.max
		if d.min == nil {
			low = math.Min(low, high)
		}
	}
	if d.withoutBuckets && (d.min == nil || d.max == nil) {
		return 0, 0, errors.New("there are neither buckets nor a minimum and a maximum")
	}
	return low, high, nil
}

// statistic is the distribution as a statistic set and the values behind it: one
// for each bucket, within the extremes. A sum that was not sent, as where there are
// negative observations, is that of the values.
func (d *distribution) statistic() (set metric.StatisticSet, weights []metric.Weight, err error) {
	low, high, err := d.extremes()
	if err != nil {
		return set, nil, err
	}
	sum := 0.0
	if !d.withoutBuckets {
		weights = make([]metric.Weight, len(d.buckets))
		for i, b := range d.buckets {
			weights[i] = metric.Weight{Value: b.value(low, high), Count: float64(b.count)}
			sum += weights[i].Value * weights[i].Count
		}
	}
	switch {
	case d.sum != nil:
		sum = *d.sum
	case d.withoutBuckets:
		return set, nil, errors.New("there are neither buckets nor a sum")
	}
	return metric.StatisticSet{SampleCount: float64(d.count), Sum: sum, Minimum: low, Maximum: high}, weights, nil
}

// value is the value that stands for a bucket's: the middle of what of it is
// within the extremes. Between two bounds on one side of zero that is the geometric
// one, which is off by the same factor, at most, from both.
func (b bucket) value(low, high float64) float64 {
	from, to := clip(b.low, low, high), clip(b.high, low, high)
	switch {
	case from > 0:
		return clip(math.Sqrt(from)*math.Sqrt(to), from, to)
	case to < 0:
		return clip(-math.Sqrt(-from)*math.Sqrt(-to), from, to)
	}
	return from + (to-from)/2
}

func clip(v, low, high float64) float64 { return math.Min(math.Max(v, low), high) }
