package prometheus

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/prompb"
	writev2 "github.com/prometheus/prometheus/prompb/io/prometheus/write/v2"

	"skywatch/ingest"
	"skywatch/metric"
)

// intake collects what a remote write request brings, and refuses what breaks
// the rules series by series.
type intake struct {
	tenant              metric.Tenant
	now                 time.Time
	series              []metric.RawSeries
	samples, histograms int
	refused             []string
}

// refuse notes a series or a sample that cannot be taken.
func (in *intake) refuse(ls []metric.Dimension, format string, args ...any) {
	in.refused = append(in.refused, fmt.Sprintf("series %v: ", ls)+fmt.Sprintf(format, args...))
}

// take adds a series with the samples that are in time.
func (in *intake) take(ls []metric.Dimension, samples []metric.RawSample) {
	id, err := ingest.RawID(in.tenant, ls)
	if err != nil {
		in.refuse(ls, "%v", err)
		return
	}
	late := func(s metric.RawSample) bool { return ingest.CheckRawTime(in.now, s.Time) != nil }
	if i := slices.IndexFunc(samples, late); i >= 0 {
		in.refuse(ls, "%v", ingest.CheckRawTime(in.now, samples[i].Time))
		samples = slices.DeleteFunc(samples, late)
	}
	if len(samples) == 0 {
		return
	}
	for i := range samples {
		if samples[i].Histogram != nil {
			in.histograms++
		} else {
			in.samples++
		}
	}
	in.series = append(in.series, metric.RawSeries{ID: id, Samples: samples})
}

// readV1 reads the message of version 1. Its exemplars and its metadata are not
// kept (docs/promql.md).
func (in *intake) readV1(b []byte) error {
	var m prompb.WriteRequest
	if err := m.Unmarshal(b); err != nil {
		return fmt.Errorf("the message cannot be read: %w", err)
	}
	for i := range m.Timeseries {
		ts := &m.Timeseries[i]
		ls := make([]metric.Dimension, len(ts.Labels))
		for j, l := range ts.Labels {
			ls[j] = metric.Dimension{Name: l.Name, Value: l.Value}
		}
		samples := make([]metric.RawSample, 0, len(ts.Samples)+len(ts.Histograms))
		for _, s := range ts.Samples {
			samples = append(samples, metric.RawSample{Time: metric.Instant(s.Timestamp), Value: s.Value})
		}
		for j := range ts.Histograms {
			h := &ts.Histograms[j]
			samples = in.histogram(samples, ls, h.Timestamp, h.IsFloatHistogram(), h.ToIntHistogram, h.ToFloatHistogram)
		}
		in.take(ls, samples)
	}
	return nil
}

// readV2 reads the message of version 2. Its exemplars, metadata and start times
// are not kept.
func (in *intake) readV2(b []byte) error {
	var m writev2.Request
	if err := m.Unmarshal(b); err != nil {
		return fmt.Errorf("the message cannot be read: %w", err)
	}
	if len(m.Symbols) > 0 && m.Symbols[0] != "" {
		return errors.New("the first symbol is not the empty string")
	}
	for i := range m.Timeseries {
		ts := &m.Timeseries[i]
		ls, err := resolve(ts.LabelsRefs, m.Symbols)
		if err != nil {
			in.refused = append(in.refused, err.Error())
			continue
		}
		samples := make([]metric.RawSample, 0, len(ts.Samples)+len(ts.Histograms))
		for _, s := range ts.Samples {
			samples = append(samples, metric.RawSample{Time: metric.Instant(s.Timestamp), Value: s.Value})
		}
		for j := range ts.Histograms {
			h := &ts.Histograms[j]
			samples = in.histogram(samples, ls, h.Timestamp, h.IsFloatHistogram(), h.ToIntHistogram, h.ToFloatHistogram)
		}
		in.take(ls, samples)
	}
	return nil
}

func resolve(refs []uint32, symbols []string) ([]metric.Dimension, error) {
	if len(refs)%2 != 0 {
		return nil, errors.New("a series has a label without a value")
	}
	ls := make([]metric.Dimension, 0, len(refs)/2)
	for i := 0; i < len(refs); i += 2 {
		if refs[i] >= uint32(len(symbols)) || refs[i+1] >= uint32(len(symbols)) {
			return nil, errors.New("a label refers to a symbol that is not there")
		}
		ls = append(ls, metric.Dimension{Name: symbols[refs[i]], Value: symbols[refs[i+1]]})
	}
	return ls, nil
}

// histogram adds a native histogram, if it holds together.
func (in *intake) histogram(samples []metric.RawSample, ls []metric.Dimension, at int64, float bool, integer func() *histogram.Histogram, floating func() *histogram.FloatHistogram) []metric.RawSample {
	var message prompb.Histogram
	var err error
	if float {
		h := floating()
		err = h.Validate()
		message = prompb.FromFloatHistogram(0, h)
	} else {
		h := integer()
		err = h.Validate()
		message = prompb.FromIntHistogram(0, h)
	}
	var encoded []byte
	if err == nil {
		encoded, err = message.Marshal()
	}
	if err == nil && len(encoded) > metric.MaxHistogram {
		err = errors.New("it is too large")
	}
	if err != nil {
		in.refuse(ls, "a histogram cannot be taken: %v", err)
		return samples
	}
	return append(samples, metric.RawSample{Time: metric.Instant(at), Histogram: &metric.Histogram{Encoded: encoded}})
}
