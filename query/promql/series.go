package promql

import (
	"context"
	"sort"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/prompb"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/util/annotations"

	"skywatch/metric"
)

// seriesSet is what a selector found. It implements storage.SeriesSet.
type seriesSet struct {
	all []*series
	at  int
	err error
}

// Next implements storage.SeriesSet.
func (s *seriesSet) Next() bool {
	s.at++
	return s.err == nil && s.at < len(s.all)
}

// At implements storage.SeriesSet.
func (s *seriesSet) At() storage.Series { return s.all[s.at] }

// Err implements storage.SeriesSet.
func (s *seriesSet) Err() error { return s.err }

// Warnings implements storage.SeriesSet.
func (s *seriesSet) Warnings() annotations.Annotations { return nil }

// series is one statistic of one metric, or a raw metric. It is read when it is asked for its
// samples, so that a query holds one at a time.
type series struct {
	ctx        context.Context
	from       *querier
	id         metric.ID
	stat       metric.Statistic
	labels     labels.Labels
	period     metric.Period
	start, end metric.Instant
}

// Labels implements storage.Labels.
func (s *series) Labels() labels.Labels { return s.labels }

// Iterator implements storage.SampleIterable.
func (s *series) Iterator(reuse chunkenc.Iterator) chunkenc.Iterator {
	it, ok := reuse.(*samples)
	if !ok {
		it = &samples{}
	}
	it.times, it.values, it.histograms, it.before, it.at, it.readAt = it.times[:0], it.values[:0], nil, nil, -1, -1
	if s.id.Raw {
		it.err = s.from.values.ReadRaw(s.ctx, s.id, s.start, s.end, func(r metric.RawSample) {
			if r.Histogram != nil {
				if it.histograms == nil {
					it.histograms = map[int]*metric.Histogram{}
				}
				it.histograms[len(it.times)] = r.Histogram
			}
			it.times = append(it.times, int64(r.Time))
			it.values = append(it.values, r.Value)
		})
		if it.err == nil && it.histograms[0] != nil {
			it.before, it.err = s.histogramBefore()
			it.beforeAt = -1
		}
		return it
	}
	start, end, shift := s.start, s.end, metric.Instant(0)
	if s.from.closed {
		shift = s.period.Millis()
		start, end = start-shift, min(end, s.from.now+1)-shift
	}
	it.err = s.from.data.Points(s.ctx, s.from.now, s.id, s.stat, s.period, start, end, func(t metric.Instant, v float64) {
		it.times = append(it.times, int64(t+shift))
		it.values = append(it.values, v)
	})
	return it
}

// reachBefore is how far before a range the sample is looked for that says
// whether the counter of the range's first histogram was reset.
const reachBefore = metric.Instant(lookback / time.Millisecond)

// histogramBefore is the last sample before the range if it is a histogram.
func (s *series) histogramBefore() (*histogram.FloatHistogram, error) {
	var last *metric.Histogram
	err := s.from.values.ReadRaw(s.ctx, s.id, s.start-reachBefore, s.start, func(r metric.RawSample) { last = r.Histogram })
	if err != nil || last == nil {
		return nil, err
	}
	var read prompb.Histogram
	if err := read.Unmarshal(last.Encoded); err != nil {
		return nil, err
	}
	return read.ToFloatHistogram(), nil
}

// samples goes through the samples of a series. It implements
// chunkenc.Iterator.
type samples struct {
	times  []int64
	values []float64
	at     int
	err    error
	// histograms are those in place of values, by their index.
	histograms map[int]*metric.Histogram
	read       prompb.Histogram // the one at readAt
	readAt     int
	before     *histogram.FloatHistogram
	beforeAt   int
}

func (s *samples) kind() chunkenc.ValueType {
	if s.err != nil || s.at >= len(s.times) {
		return chunkenc.ValNone
	}
	h := s.histograms[s.at]
	if h == nil {
		return chunkenc.ValFloat
	}
	if s.readAt != s.at {
		s.read.Reset()
		if s.err = s.read.Unmarshal(h.Encoded); s.err != nil {
			return chunkenc.ValNone
		}
		s.hint()
		s.readAt = s.at
	}
	if s.read.IsFloatHistogram() {
		return chunkenc.ValFloatHistogram
	}
	return chunkenc.ValHistogram
}

// hint says of a histogram of a counter that the counter was not reset since the
// sample before, where that is a histogram, too, and where it is so; Prometheus's
// own store does the same.
func (s *samples) hint() {
	current := s.read.ToFloatHistogram()
	if s.read.ResetHint == prompb.Histogram_UNKNOWN && s.before != nil && s.beforeAt == s.at-1 && !value.IsStaleNaN(current.Sum) {
		if !current.DetectReset(s.before) {
			s.read.ResetHint = prompb.Histogram_NO
		}
	}
	s.before, s.beforeAt = current, s.at
}

// Next implements chunkenc.Iterator.
func (s *samples) Next() chunkenc.ValueType {
	s.at++
	return s.kind()
}

// millis is an instant as chunkenc has it. Spelled so, Seek is not taken for the
// method of io.Seeker by go vet.
type millis = int64

// Seek implements chunkenc.Iterator.
func (s *samples) Seek(t millis) chunkenc.ValueType {
	s.at = max(s.at, 0)
	if s.at < len(s.times) && s.times[s.at] < t {
		s.at += sort.Search(len(s.times)-s.at, func(i int) bool { return s.times[s.at+i] >= t })
	}
	return s.kind()
}

// At implements chunkenc.Iterator.
func (s *samples) At() (int64, float64) { return s.times[s.at], s.values[s.at] }

// AtT implements chunkenc.Iterator.
func (s *samples) AtT() int64 { return s.times[s.at] }

// AtST implements chunkenc.Iterator.
func (*samples) AtST() int64 { return 0 }

// AtHistogram implements chunkenc.Iterator.
func (s *samples) AtHistogram(*histogram.Histogram) (int64, *histogram.Histogram) {
	return s.times[s.at], s.read.ToIntHistogram()
}

// AtFloatHistogram implements chunkenc.Iterator.
func (s *samples) AtFloatHistogram(*histogram.FloatHistogram) (int64, *histogram.FloatHistogram) {
	return s.times[s.at], s.read.ToFloatHistogram()
}

// Err implements chunkenc.Iterator.
func (s *samples) Err() error { return s.err }
