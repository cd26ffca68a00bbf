package wal

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"skywatch/metric"
)

func rawSeries() *rapid.Generator[[]metric.RawSeries] {
	return rapid.Custom(func(t *rapid.T) []metric.RawSeries {
		out := make([]metric.RawSeries, rapid.IntRange(0, 4).Draw(t, "series"))
		for i := range out {
			out[i].ID = metric.ID{Namespace: "N", Name: rapid.StringN(0, 5, -1).Draw(t, "name"), Raw: true}
			for range rapid.IntRange(0, 5).Draw(t, "samples") {
				out[i].Samples = append(out[i].Samples, metric.RawSample{
					Time: metric.Instant(rapid.Int64Range(-1<<52, 1<<52).Draw(t, "time")), Value: math.Float64frombits(rapid.Uint64().Draw(t, "value")),
				})
				if rapid.Bool().Draw(t, "histogram") {
					out[i].Samples[len(out[i].Samples)-1].Histogram = &metric.Histogram{Encoded: []byte("bytes")}
				}
			}
		}
		return out
	})
}

func encodeRaw(all []metric.RawSeries) []byte {
	var keys [][]byte
	for i := range all {
		keys = append(keys, all[i].ID.AppendKey(nil))
	}
	return AppendRaw(nil, keys, all)
}

func TestRawComesBackBitForBit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := rawSeries().Draw(t, "series")
		n := 0
		err := DecodeRaw(encodeRaw(all), func(key []byte, samples []metric.RawSample) error {
			want := all[n]
			if string(key) != string(want.ID.AppendKey(nil)) || len(samples) != len(want.Samples) {
				t.Fatalf("series %d: %q with %d samples", n, key, len(samples))
			}
			for i, s := range samples {
				if s.Time != want.Samples[i].Time || math.Float64bits(s.Value) != math.Float64bits(want.Samples[i].Value) || (s.Histogram == nil) != (want.Samples[i].Histogram == nil) {
					t.Fatalf("series %d, sample %d: %v", n, i, s)
				}
			}
			n++
			return nil
		})
		if err != nil || n != len(all) {
			t.Fatalf("%d series of %d, %v", n, len(all), err)
		}
	})
}

func FuzzDecodeRaw(f *testing.F) {
	f.Add(encodeRaw([]metric.RawSeries{{ID: metric.ID{Name: "a", Raw: true}, Samples: []metric.RawSample{{Time: 1, Value: 2}, {Time: 2, Value: 2}}}}))
	f.Add([]byte{byte(Raw), 1, 0, 0, 200, 200, 200, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		_ = DecodeRaw(b, func([]byte, []metric.RawSample) error { return nil })
	})
}
