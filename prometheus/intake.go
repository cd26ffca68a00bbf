package prometheus

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/prompb"
	writev2 "github.com/prometheus/prometheus/prompb/io/prometheus/write/v2"

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

// The times that samples may have: as far back as raw series are kept, and two
// hours ahead, as PutMetricData takes them.
const (
	oldestSample = 15 * 24 * time.Hour
	newestSample = 2 * time.Hour
)

// Bounds of a series.
const (
	maxLabels     = 128
	maxLabelBytes = 8 << 10
)

// refuse notes a series or a sample that cannot be taken.
func (in *intake) refuse(ls []metric.Dimension, format string, args ...any) {
	in.refused = append(in.refused, fmt.Sprintf("series %v: ", ls)+fmt.Sprintf(format, args...))
}

// identity makes the metric of a series' labels. What is allowed is what
// Prometheus allows: names in UTF-8, each once, and no empty ones; a label with an
// empty value is the same as none.
func (in *intake) identity(ls []metric.Dimension) (metric.ID, error) {
	id := metric.ID{Tenant: in.tenant, Namespace: metric.RawNamespace, Raw: true}
	size := 0
	for _, l := range ls {
		size += len(l.Name) + len(l.Value)
		switch {
		case !model.UTF8Validation.IsValidLabelName(l.Name):
			return id, fmt.Errorf("label name %q is not valid", l.Name)
		case !model.LabelValue(l.Value).IsValid():
			return id, fmt.Errorf("the value of label %q is not UTF-8", l.Name)
		case l.Value == "":
		case l.Name == labels.MetricName:
			if id.Name != "" {
				return id, errors.New("there are two names")
			}
			id.Name = l.Value
		default:
			id.Dimensions = append(id.Dimensions, l)
		}
	}
	id.Normalize()
	switch {
	case id.Name == "":
		return id, errors.New("there is no label __name__")
	case len(id.Dimensions) > maxLabels || size > maxLabelBytes:
		return id, fmt.Errorf("there are more than %d labels, or more than %d bytes of them", maxLabels, maxLabelBytes)
	}
	if i := duplicate(id.Dimensions); i >= 0 {
		return id, fmt.Errorf("label %q is there twice", id.Dimensions[i].Name)
	}
	return id, nil
}

// duplicate returns the index of a name that follows itself, -1 for none.
func duplicate(sorted []metric.Dimension) int {
	for i := 1; i < len(sorted); i++ {
		if sorted[i].Name == sorted[i-1].Name {
			return i
		}
	}
	return -1
}

// take adds a series with the samples that are in time.
func (in *intake) take(ls []metric.Dimension, samples []metric.RawSample) {
	id, err := in.identity(ls)
	if err != nil {
		in.refuse(ls, "%v", err)
		return
	}
	oldest, newest := metric.At(in.now.Add(-oldestSample)), metric.At(in.now.Add(newestSample))
	late := func(s metric.RawSample) bool { return s.Time < oldest || s.Time > newest }
	if i := slices.IndexFunc(samples, late); i >= 0 {
		in.refuse(ls, "the time %s of a sample is out of bounds", samples[i].Time.Time().Format(time.RFC3339Nano))
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
