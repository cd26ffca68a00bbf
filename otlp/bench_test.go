package otlp_test

import (
	"testing"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
)

// BenchmarkReceive takes requests of a thousand points of a gauge with five
// attributes each, from the bytes to what the store is given.
func BenchmarkReceive(b *testing.B) {
	points := make([]*metrics.NumberDataPoint, 1000)
	for i := range points {
		points[i] = valued(float64(i))
		for _, k := range []string{"route", "method", "status", "zone", "host"} {
			points[i].Attributes = append(points[i].Attributes, &common.KeyValue{Key: k, Value: &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: k + "-value"}}})
		}
	}
	binary, text := encoded(b, gauges(points...))
	for kind, body := range map[string][]byte{protobuf: binary, json: text} {
		b.Run(kind, func(b *testing.B) {
			h := newHouse()
			b.ReportAllocs()
			for b.Loop() {
				if w := h.post(body, "Content-Type", kind); w.Code != 200 {
					b.Fatal(w.Code)
				}
				h.raw = h.raw[:0]
			}
		})
	}
}
