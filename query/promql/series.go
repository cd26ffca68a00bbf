package promql

import (
	"context"
	"sort"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
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

// series is one statistic of one metric. It is read when it is asked for its
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
	it.times, it.values, it.at = it.times[:0], it.values[:0], -1
	it.err = s.from.data.Points(s.ctx, s.from.now, s.id, s.stat, s.period, s.start, s.end, func(t metric.Instant, v float64) {
		it.times = append(it.times, int64(t))
		it.values = append(it.values, v)
	})
	return it
}

// samples goes through the samples of a series. It implements
// chunkenc.Iterator.
type samples struct {
	times  []int64
	values []float64
	at     int
	err    error
}

func (s *samples) kind() chunkenc.ValueType {
	if s.err != nil || s.at >= len(s.times) {
		return chunkenc.ValNone
	}
	return chunkenc.ValFloat
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

// AtHistogram implements chunkenc.Iterator; there are none.
func (*samples) AtHistogram(*histogram.Histogram) (int64, *histogram.Histogram) { return 0, nil }

// AtFloatHistogram implements chunkenc.Iterator; there are none.
func (*samples) AtFloatHistogram(*histogram.FloatHistogram) (int64, *histogram.FloatHistogram) {
	return 0, nil
}

// Err implements chunkenc.Iterator.
func (s *samples) Err() error { return s.err }
