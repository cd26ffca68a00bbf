package otlp_test

import (
	"math"
	"testing"

	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

func marshal(m *metrics.MetricsData) ([]byte, error) { return proto.Marshal(m) }

// seeds are messages of all kinds of metrics.
func seeds(t testing.TB) [][]byte {
	t.Helper()
	var out [][]byte
	p := exponentialOf([]float64{0.5, 1, 3, 900}, 2)
	for _, text := range []string{
		`{"name":"s","sum":{"aggregationTemporality":1,"dataPoints":[{"timeUnixNano":"T","asInt":"1","attributes":[{"key":"l","value":{"arrayValue":{"values":[{"kvlistValue":{"values":[{"key":"k"}]}}]}}}]}]}}`,
		`{"name":"h","unit":"ms","histogram":{"aggregationTemporality":1,"dataPoints":[{"timeUnixNano":"T","count":"3","explicitBounds":[-1,1],"bucketCounts":["1","1","1"]}]}}`,
		`{"name":"h","histogram":{"aggregationTemporality":2,"dataPoints":[{"timeUnixNano":"T","count":"3","sum":2,"explicitBounds":[-1,1],"bucketCounts":["1","1","1"]}]}}`,
		`{"name":"q","summary":{"dataPoints":[{"timeUnixNano":"T","count":"3","sum":2,"quantileValues":[{"quantile":0.5,"value":1}]}]}}`,
	} {
		var m metrics.MetricsData
		if err := protojson.Unmarshal([]byte(times(`{"resourceMetrics":[{"scopeMetrics":[{"scope":{"name":"s"},"metrics":[`+text+`]}]}]}`)), &m); err != nil {
			t.Fatal(err)
		}
		b, err := marshal(&m)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
	}
	for temporality := range metrics.AggregationTemporality(3) {
		b, err := marshal(exponentials(temporality, p))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
	}
	return out
}

// No message makes the receiver answer in another way than its protocol's, and
// what it keeps is what the store can hold.
func FuzzProtobuf(f *testing.F) {
	for _, b := range seeds(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { hold(t, b, protobuf) })
}

// FuzzJSON is FuzzProtobuf for the other encoding.
func FuzzJSON(f *testing.F) {
	for _, b := range seeds(f) {
		var m metrics.MetricsData
		if err := proto.Unmarshal(b, &m); err != nil {
			f.Fatal(err)
		}
		_, text := encoded(f, &m)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, b []byte) { hold(t, b, json) })
}

func hold(t *testing.T, b []byte, kind string) {
	h := newHouse()
	w := h.post(b, "Content-Type", kind)
	if w.Code != 200 && w.Code != 400 || w.Header().Get("Content-Type") != kind {
		t.Errorf("%d in %s: %q", w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	for i := range h.samples {
		s := &h.samples[i]
		weight := 0.0
		for _, v := range s.Values {
			weight += v.Count
			if !(v.Value >= s.Set.Minimum && v.Value <= s.Set.Maximum) {
				t.Errorf("the value %g is outside of %+v", v.Value, s.Set)
			}
		}
		if len(s.Values) > 0 && math.Abs(weight-s.Set.SampleCount) > 1e-9*weight {
			t.Errorf("the values weigh %g, not %g", weight, s.Set.SampleCount)
		}
	}
	h.take(t) // reads the native histograms
}
