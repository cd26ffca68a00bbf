package otlp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	resource "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

const (
	protobuf = "application/x-protobuf"
	json     = "application/json"
)

// gauges is a message with points of one gauge.
func gauges(points ...*metrics.NumberDataPoint) *metrics.MetricsData {
	return &metrics.MetricsData{ResourceMetrics: []*metrics.ResourceMetrics{{ScopeMetrics: []*metrics.ScopeMetrics{{
		Metrics: []*metrics.Metric{{Name: "g", Data: &metrics.Metric_Gauge{Gauge: &metrics.Gauge{DataPoints: points}}}},
	}}}}}
}

func valued(v float64) *metrics.NumberDataPoint {
	return &metrics.NumberDataPoint{TimeUnixNano: uint64(noon.UnixNano()), Value: &metrics.NumberDataPoint_AsDouble{AsDouble: v}}
}

func encoded(t testing.TB, m *metrics.MetricsData) (binary, text []byte) {
	t.Helper()
	binary, err1 := proto.Marshal(m)
	text, err2 := protojson.Marshal(m)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	return binary, text
}

// TestEncodings: both encodings, compressed or not, and the answer in the one of
// the request.
func TestEncodings(t *testing.T) {
	t.Parallel()
	binary, text := encoded(t, gauges(valued(1.5)))
	for _, c := range []struct {
		body    []byte
		headers []string
		answer  string
	}{
		{binary, []string{"Content-Type", protobuf}, ""},
		{text, []string{"Content-Type", json}, "{}"},
		{text, []string{"Content-Type", json + "; charset=utf-8", "Content-Encoding", "identity"}, "{}"},
		{zipped(binary), []string{"Content-Type", protobuf, "Content-Encoding", "gzip"}, ""},
		{zipped(text), []string{"Content-Type", json, "Content-Encoding", "GZIP"}, "{}"},
	} {
		h := newHouse()
		w := h.post(c.body, c.headers...)
		if kept := h.take(t); w.Code != 200 || kept != "raw g 0s 1.5\n" || w.Body.String() != c.answer {
			t.Errorf("%q: %d %q, kept %q", c.headers, w.Code, w.Body, kept)
		}
		if kind := w.Header().Get("Content-Type"); !strings.HasPrefix(c.headers[1], kind) || kind == "" {
			t.Errorf("%q: answered in %q", c.headers, kind)
		}
	}
}

// TestPartialSuccess: what is refused is counted and told in protobuf, too.
func TestPartialSuccess(t *testing.T) {
	t.Parallel()
	var points []*metrics.NumberDataPoint
	for range 7 {
		points = append(points, &metrics.NumberDataPoint{TimeUnixNano: uint64(noon.UnixNano())})
	}
	binary, _ := encoded(t, gauges(append(points, valued(2))...))
	h := newHouse()
	w := h.post(binary, "Content-Type", protobuf)
	fields := fieldsOf(t, fieldsOf(t, w.Body.Bytes())["1"])
	reason := `metric "g": a point has no value`
	want := strings.Repeat(reason+"; ", 5) + "and 2 more"
	if got := string(fields["2"]); w.Code != 200 || string(fields["1"]) != "7" || got != want {
		t.Errorf("%d, %s rejected: %s, want %s", w.Code, fields["1"], got, want)
	}
	if kept := h.take(t); kept != "raw g 0s 2\n" {
		t.Errorf("kept %q", kept)
	}
	if s := h.receiver.Stats(); s.Taken != 1 || s.Refused != 7 {
		t.Errorf("counted %+v", s)
	}
}

// fieldsOf reads a message of one level by the numbers of its fields.
func fieldsOf(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for len(b) > 0 {
		field, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			t.Fatal(protowire.ParseError(n))
		}
		b = b[n:]
		var value []byte
		if kind == protowire.VarintType {
			v, m := protowire.ConsumeVarint(b)
			value, n = fmt.Append(nil, v), m
		} else {
			value, n = protowire.ConsumeBytes(b)
		}
		if n < 0 {
			t.Fatal(protowire.ParseError(n))
		}
		out[fmt.Sprint(field)], b = value, b[n:]
	}
	return out
}

// TestRefusals: whole requests, by the status and google.rpc.Status in the
// encoding of the request.
func TestRefusals(t *testing.T) {
	t.Parallel()
	binary, text := encoded(t, gauges(valued(1)))
	large := make([]byte, 16<<20+1)
	for _, c := range []struct {
		name    string
		body    []byte
		headers []string
		status  int
		code    int
		message string
	}{
		{"a type", text, []string{"Content-Type", "text/plain"}, 415, 3, `content type "text/plain" is neither application/x-protobuf nor application/json`},
		{"no type", text, nil, 415, 3, `content type "" is neither application/x-protobuf nor application/json`},
		{"an encoding", text, []string{"Content-Type", json, "Content-Encoding", "zstd"}, 415, 3, `content encoding "zstd" is not gzip`},
		{"no gzip", binary, []string{"Content-Type", protobuf, "Content-Encoding", "gzip"}, 400, 3, "the body is not compressed by gzip: "},
		{"half a gzip", zipped(binary)[:15], []string{"Content-Type", protobuf, "Content-Encoding", "gzip"}, 400, 3, "the body cannot be decompressed: unexpected EOF"},
		{"no protobuf", []byte{0xff}, []string{"Content-Type", protobuf}, 400, 3, "the message cannot be read: "},
		{"no JSON", []byte("{"), []string{"Content-Type", json}, 400, 3, "the message cannot be read: "},
		{"many messages", bytes.Repeat([]byte{10, 0}, 1<<20+1), []string{"Content-Type", protobuf}, 413, 3, "the request has more than 1048576 points, attributes and values; send fewer points at once"},
		{"many messages within one", many(), []string{"Content-Type", protobuf}, 413, 3, "the request has more than 1048576 points, "},
		{"many messages in JSON", []byte(`{"resourceMetrics":[{}` + strings.Repeat(",{}", 1<<20) + "]}"), []string{"Content-Type", json}, 413, 3, "the request has more than 1048576 points, "},
		{"large", large, []string{"Content-Type", protobuf}, 413, 3, "the body has more than 16777216 bytes"},
		{"large when decompressed", bytes.Repeat(zipped(make([]byte, 1<<20)), 33), []string{"Content-Type", json, "Content-Encoding", "gzip"}, 413, 3, "the body has more than 33554432 bytes decompressed"},
	} {
		h := newHouse()
		w := h.post(c.body, c.headers...)
		code, message := statusOf(t, w.Header().Get("Content-Type"), w.Body.Bytes())
		if w.Code != c.status || code != fmt.Sprint(c.code) || !strings.HasPrefix(message, c.message) || w.Header().Get("Retry-After") != "" {
			t.Errorf("%s: %d %s %q, want %d %d %q", c.name, w.Code, code, message, c.status, c.code, c.message)
		}
		if kept := h.take(t); kept != "" {
			t.Errorf("%s: kept %s", c.name, kept)
		}
	}
}

// many is a message with one point that has too many attributes, all of them
// empty.
func many() []byte {
	b := bytes.Repeat(protowire.AppendVarint(protowire.AppendTag(nil, 7, protowire.BytesType), 0), 1<<20)
	for _, field := range []protowire.Number{1, 5, 2, 2, 1} { // a gauge's points, the gauge, the metric, its scope, its resource
		b = protowire.AppendBytes(protowire.AppendTag(nil, field, protowire.BytesType), b)
	}
	return b
}

// statusOf reads google.rpc.Status.
func statusOf(t *testing.T, kind string, b []byte) (code, message string) {
	t.Helper()
	if kind == protobuf {
		f := fieldsOf(t, b)
		return string(f["1"]), string(f["2"])
	}
	code, message, ok := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(string(b), `{"code":`), `"}`), `,"message":"`)
	if !ok {
		t.Fatalf("%s is no status", b)
	}
	return code, strings.ReplaceAll(message, `\"`, `"`)
}

// TestStoreRefuses: the sender is told to come again, and raw series are stored
// first, so that nothing counts twice when it does.
func TestStoreRefuses(t *testing.T) {
	t.Parallel()
	m := gauges(valued(1))
	m.ResourceMetrics[0].ScopeMetrics[0].Metrics = append(m.ResourceMetrics[0].ScopeMetrics[0].Metrics, &metrics.Metric{Name: "d", Data: &metrics.Metric_Sum{Sum: &metrics.Sum{
		AggregationTemporality: metrics.AggregationTemporality_AGGREGATION_TEMPORALITY_DELTA, DataPoints: []*metrics.NumberDataPoint{valued(1)},
	}}})
	binary, text := encoded(t, m)
	for _, c := range []struct {
		deny, raw, err error
		status, code   int
		retry, order   string
	}{
		{nil, nil, nil, 200, 0, "", "[raw statistic]"},
		{errors.New("who"), nil, nil, 401, 16, "", "[]"},
		{nil, errors.New("disk"), nil, 503, 14, "5", "[raw]"},
		{nil, nil, errors.New("disk"), 503, 14, "5", "[raw statistic]"},
		{nil, nil, context.DeadlineExceeded, 429, 8, "5", "[raw statistic]"},
	} {
		for kind, body := range map[string][]byte{protobuf: binary, json: text} {
			h := newHouse()
			h.deny, h.rawErr, h.err = c.deny, c.raw, c.err
			w := h.post(body, "Content-Type", kind)
			if w.Code != c.status || w.Header().Get("Retry-After") != c.retry || fmt.Sprint(h.order) != c.order {
				t.Errorf("%v: %d %q %s", c, w.Code, w.Header().Get("Retry-After"), h.order)
			}
			if c.code == 0 {
				continue
			}
			if code, _ := statusOf(t, w.Header().Get("Content-Type"), w.Body.Bytes()); code != fmt.Sprint(c.code) {
				t.Errorf("%v: code %s", c, code)
			}
		}
	}
}

// TestAmplification: attributes that are written once and belong to many points
// are bounded; what is beyond is refused, the rest is kept.
func TestAmplification(t *testing.T) {
	t.Parallel()
	points := make([]*metrics.NumberDataPoint, 4000)
	for i := range points {
		points[i] = valued(1)
	}
	m := gauges(points...)
	m.ResourceMetrics[0].Resource = &resource.Resource{Attributes: []*common.KeyValue{{Key: "long", Value: &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: strings.Repeat("x", 8000)}}}}}
	binary, _ := encoded(t, m)
	h := newHouse()
	w := h.post(binary, "Content-Type", protobuf)
	fields := fieldsOf(t, fieldsOf(t, w.Body.Bytes())["1"])
	if kept := len(h.raw); kept < 3000 || kept > 3200 || string(fields["1"]) != fmt.Sprint(4000-kept) || !strings.Contains(string(fields["2"]), "send fewer points at once") {
		t.Errorf("%d kept, %s rejected: %s", kept, fields["1"], fields["2"])
	}
}

// TestManyAttributes: a source with too many of them is refused, and its
// neighbour is not.
func TestManyAttributes(t *testing.T) {
	t.Parallel()
	many := make([]*common.KeyValue, 129)
	for i := range many {
		many[i] = &common.KeyValue{Key: fmt.Sprint("k", i), Value: &common.AnyValue{Value: &common.AnyValue_IntValue{IntValue: 1}}}
	}
	m := gauges(valued(1))
	m.ResourceMetrics[0].Resource = &resource.Resource{Attributes: many}
	m.ResourceMetrics = append(m.ResourceMetrics, gauges(valued(2)).ResourceMetrics...)
	_, text := encoded(t, m)
	h := newHouse()
	w := h.json(string(text))
	if kept := h.take(t); kept != "raw g 0s 2\n" || !strings.Contains(w.Body.String(), "there are more than 128 attributes") {
		t.Errorf("kept %q; %s", kept, w.Body)
	}
	// Beyond thirty dimensions no statistic datum can be, but a raw series can.
	m = gauges(&metrics.NumberDataPoint{TimeUnixNano: valued(0).TimeUnixNano, Value: valued(1).Value, Attributes: many[:31]})
	data := m.ResourceMetrics[0].ScopeMetrics[0]
	data.Metrics = append(data.Metrics, &metrics.Metric{Name: "d", Data: &metrics.Metric_Sum{Sum: &metrics.Sum{
		AggregationTemporality: metrics.AggregationTemporality_AGGREGATION_TEMPORALITY_DELTA, DataPoints: data.Metrics[0].GetGauge().GetDataPoints(),
	}}})
	_, text = encoded(t, m)
	w = h.json(string(text))
	if len(h.raw) != 1 || len(h.samples) != 0 || !strings.Contains(w.Body.String(), "The collection Dimensions must not have a size greater than 30.") {
		t.Errorf("%d raw, %d samples; %s", len(h.raw), len(h.samples), w.Body)
	}
}

// TestBusy: beyond what is worked on at once a request is asked to come again.
func TestBusy(t *testing.T) {
	t.Parallel()
	h := newHouse()
	_, body := encoded(t, gauges(valued(1)))
	entered, leave := make(chan struct{}), make(chan struct{})
	h.before = func() { entered <- struct{}{}; <-leave }
	answers := make(chan int)
	for range 64 {
		go func() { answers <- h.json(string(body)).Code }()
		<-entered
	}
	if w := h.json(string(body)); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("one more: %d", w.Code)
	}
	close(leave)
	for range 64 {
		if code := <-answers; code != http.StatusOK {
			t.Errorf("one of the others: %d", code)
		}
	}
}
