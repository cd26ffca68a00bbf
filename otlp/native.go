package otlp

import (
	"errors"
	"fmt"
	"math"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/prompb"

	"skywatch/metric"
)

// spans are the buckets of one side of a native histogram: runs of indexes, and
// each count as the difference to the one before.
type spans struct {
	runs   []histogram.Span
	deltas []int64
	next   int64 // the index after the last one
	last   uint64
	err    error
}

// add adds n to a bucket. Indexes do not descend.
func (b *spans) add(index int64, n uint64) {
	switch {
	case n == 0 || b.err != nil:
		return
	case len(b.deltas) > 0 && index == b.next-1: // two that are one at this scale
		b.deltas[len(b.deltas)-1] += int64(n)
		b.last += n
		return
	case index-b.next > math.MaxInt32 || index-b.next < math.MinInt32:
		b.err = errors.New("the index of a bucket is out of range")
		return
	case len(b.runs) == 0 || index > b.next:
		b.runs = append(b.runs, histogram.Span{Offset: int32(index - b.next)})
	}
	b.runs[len(b.runs)-1].Length++
	b.deltas = append(b.deltas, int64(n)-int64(b.last))
	b.next, b.last = index+1, n
}

// native keeps a native histogram with the buckets of its two sides.
func (in *intake) native(s *stream, p point, h *histogram.Histogram, positive, negative *spans) error {
	h.PositiveSpans, h.PositiveBuckets = positive.runs, positive.deltas
	err := positive.err
	if negative != nil {
		h.NegativeSpans, h.NegativeBuckets = negative.runs, negative.deltas
		err = firstOf(err, negative.err)
	}
	switch {
	case err != nil:
		return err
	case h.Count > math.MaxInt64:
		return errors.New("the count is beyond 2^63")
	}
	if err := h.Validate(); err != nil {
		return fmt.Errorf("the histogram does not hold together: %w", err)
	}
	message := prompb.FromIntHistogram(0, h)
	encoded, err := message.Marshal()
	switch {
	case err != nil:
		return err
	case len(encoded) > metric.MaxHistogram:
		return errors.New("the histogram is too large")
	}
	return in.keep(s, p, part{sample: metric.RawSample{Histogram: &metric.Histogram{Encoded: encoded}}})
}
