package prometheus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/mux"
	"github.com/klauspost/compress/s2"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/prompb"
	writev2 "github.com/prometheus/prometheus/prompb/io/prometheus/write/v2"

	"skywatch/metric"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// writing is the API with a store that keeps what it gets as text.
type writing struct {
	http.Handler
	kept []string
	err  error
}

func newWriting() *writing {
	w := &writing{}
	r := mux.NewRouter()
	New(Options{
		Append: func(_ context.Context, all []metric.RawSeries) error {
			for _, s := range all {
				for _, v := range s.Samples {
					value := fmt.Sprint(v.Value)
					if v.Histogram != nil {
						value = "histogram"
					}
					w.kept = append(w.kept, fmt.Sprintf("%s%v %+d %s", s.ID.Name, s.ID.Dimensions, int64(v.Time)-noon.UnixMilli(), value))
				}
			}
			return w.err
		},
		Authenticate: func(*http.Request, []byte) (metric.Tenant, error) {
			return metric.Tenant{Account: "a", Region: "r"}, nil
		},
		Now: func() time.Time { return noon }, Logger: slog.New(slog.DiscardHandler),
	}).Mount(r)
	w.Handler = r
	return w
}

func (w *writing) post(contentType string, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/api/v1/write", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", contentType)
	out := httptest.NewRecorder()
	w.ServeHTTP(out, r)
	return out
}

func (w *writing) expect(t *testing.T, got *httptest.ResponseRecorder, status int, text string, kept ...string) {
	t.Helper()
	if got.Code != status || strings.TrimSpace(got.Body.String()) != text {
		t.Errorf("%d %q, want %d %q", got.Code, got.Body, status, text)
	}
	if fmt.Sprint(w.kept) != fmt.Sprint(kept) {
		t.Errorf("kept %q, want %q", w.kept, kept)
	}
}

func v1(series ...prompb.TimeSeries) []byte {
	b, err := (&prompb.WriteRequest{Timeseries: series}).Marshal()
	if err != nil {
		panic(err)
	}
	return s2.EncodeSnappy(nil, b)
}

func named(pairs ...string) (out []prompb.Label) {
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, prompb.Label{Name: pairs[i], Value: pairs[i+1]})
	}
	return out
}

func at(d time.Duration) int64 { return noon.Add(d).UnixMilli() }

var counts = &histogram.Histogram{Schema: 1, Count: 3, Sum: 5, PositiveSpans: []histogram.Span{{Length: 2}}, PositiveBuckets: []int64{1, 1}}

func TestRemoteWriteV1(t *testing.T) {
	t.Parallel()
	w := newWriting()
	w.expect(t, w.post("application/x-protobuf", v1(
		prompb.TimeSeries{Labels: named("__name__", "up", "job", "a", "empty", ""), Samples: []prompb.Sample{{Timestamp: at(0), Value: 1}, {Timestamp: at(-time.Minute), Value: 2}}},
		prompb.TimeSeries{Labels: named("le name", "x", "__name__", "lat"), Histograms: []prompb.Histogram{prompb.FromIntHistogram(at(0), counts)}},
	)), 204, "", "up[{job a}] +0 1", "up[{job a}] -60000 2", "lat[{le name x}] +0 histogram")
}

// What cannot be taken is named; the rest is kept.
func TestRemoteWriteRefusals(t *testing.T) {
	t.Parallel()
	broken := counts.Copy()
	broken.PositiveSpans[0].Length = 7
	ok := prompb.TimeSeries{Labels: named("__name__", "ok"), Samples: []prompb.Sample{{Timestamp: at(0), Value: 1}}}
	one := []prompb.Sample{{Timestamp: at(0), Value: 1}}
	for text, series := range map[string]prompb.TimeSeries{
		`series [{a b}]: there is no label __name__`:                                        {Labels: named("a", "b"), Samples: one},
		`series [{__name__ x} {__name__ y}]: there are two names`:                           {Labels: named("__name__", "x", "__name__", "y"), Samples: one},
		`series [{__name__ x} {a 1} {a 2}]: label "a" is there twice`:                       {Labels: named("__name__", "x", "a", "1", "a", "2"), Samples: one},
		`series [{__name__ x} { 1}]: label name "" is not valid`:                            {Labels: named("__name__", "x", "", "1"), Samples: one},
		"series [{__name__ x} {a \xff}]: the value of label \"a\" is not UTF-8":             {Labels: named("__name__", "x", "a", "\xff"), Samples: one},
		`series [{__name__ x}]: the time 2025-12-17T12:00:00Z of a sample is out of bounds`: {Labels: named("__name__", "x"), Samples: []prompb.Sample{{Timestamp: at(-16 * 24 * time.Hour)}}},
		`series [{__name__ x}]: the time 2026-01-02T15:00:00Z of a sample is out of bounds`: {Labels: named("__name__", "x"), Samples: []prompb.Sample{{Timestamp: at(3 * time.Hour)}}},
	} {
		w := newWriting()
		w.expect(t, w.post("application/x-protobuf", v1(series, ok)), 400, text, "ok[] +0 1")
	}
	w := newWriting()
	got := w.post("application/x-protobuf", v1(prompb.TimeSeries{Labels: named("__name__", "x"), Histograms: []prompb.Histogram{prompb.FromIntHistogram(at(0), broken)}}, ok))
	if got.Code != 400 || !strings.Contains(got.Body.String(), "a histogram cannot be taken") || len(w.kept) != 1 {
		t.Errorf("%d %s %q", got.Code, got.Body, w.kept)
	}
}

func TestRemoteWriteV2(t *testing.T) {
	t.Parallel()
	message := writev2.Request{
		Symbols: []string{"", "__name__", "up", "job", "a"},
		Timeseries: []writev2.TimeSeries{
			{LabelsRefs: []uint32{1, 2, 3, 4}, Samples: []writev2.Sample{{Timestamp: at(0), Value: math.Inf(1)}}, Histograms: []writev2.Histogram{writev2.FromIntHistogram(0, at(time.Second), counts)}},
			{LabelsRefs: []uint32{1, 9}, Samples: []writev2.Sample{{Timestamp: at(0)}}},
			{LabelsRefs: []uint32{1}, Samples: []writev2.Sample{{Timestamp: at(0)}}},
		},
	}
	b, err := message.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	w := newWriting()
	got := w.post("application/x-protobuf;proto=io.prometheus.write.v2.Request", s2.EncodeSnappy(nil, b))
	w.expect(t, got, 400, "a label refers to a symbol that is not there; a series has a label without a value", "up[{job a}] +0 +Inf", "up[{job a}] +1000 histogram")
	for name, want := range map[string]string{"Samples": "1", "Histograms": "1", "Exemplars": "0"} {
		if v := got.Header().Get("X-Prometheus-Remote-Write-" + name + "-Written"); v != want {
			t.Errorf("%s written: %q, want %s", name, v, want)
		}
	}
}

func TestRemoteWriteForms(t *testing.T) {
	t.Parallel()
	w := newWriting()
	w.expect(t, w.post("application/json", nil), 415, `content type "application/json" is not application/x-protobuf`)
	w.expect(t, w.post("application/x-protobuf;proto=other", nil), 415, `message "other" is neither prometheus.WriteRequest nor io.prometheus.write.v2.Request`)
	w.expect(t, w.post("application/x-protobuf", []byte("plain")), 400, "the body is not compressed by snappy")
	w.expect(t, w.post("application/x-protobuf", []byte{0xff, 0xff, 0xff, 0xff, 7, 0}), 400, "the body has 2147483647 bytes decompressed, more than 67108864")
	w.expect(t, w.post("application/x-protobuf", v1()), 204, "")
	w.err = errors.New("disk")
	got := w.post("application/x-protobuf", v1(prompb.TimeSeries{Labels: named("__name__", "up"), Samples: []prompb.Sample{{Timestamp: at(0)}}}))
	w.expect(t, got, 503, "the samples cannot be stored now", "up[] +0 0")
}

// No message makes the readers fail in another way than by an error.
func FuzzRemoteWrite(f *testing.F) {
	b, err := s2.Decode(nil, v1(prompb.TimeSeries{Labels: named("__name__", "x"), Samples: []prompb.Sample{{Timestamp: at(0), Value: 1}}, Histograms: []prompb.Histogram{prompb.FromIntHistogram(at(0), counts)}}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b, false)
	second := writev2.Request{Symbols: []string{"", "__name__", "x"}, Timeseries: []writev2.TimeSeries{{LabelsRefs: []uint32{1, 2}, Histograms: []writev2.Histogram{writev2.FromFloatHistogram(0, at(0), counts.ToFloat(nil))}}}}
	if b, err = second.Marshal(); err != nil {
		f.Fatal(err)
	}
	f.Add(b, true)
	f.Fuzz(func(_ *testing.T, b []byte, v2 bool) {
		in := &intake{now: noon}
		if v2 {
			_ = in.readV2(b)
		} else {
			_ = in.readV1(b)
		}
	})
}
