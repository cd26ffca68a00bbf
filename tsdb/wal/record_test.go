package wal

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"skywatch/metric"
)

func crcOf(b []byte) []byte {
	return binary.LittleEndian.AppendUint32(nil, crc32.Checksum(b, castagnoli))
}

func samples() *rapid.Generator[[]metric.Sample] {
	number := rapid.OneOf(rapid.Float64(), rapid.Map(rapid.IntRange(-3, 100), func(i int) float64 { return float64(i) }))
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) metric.Sample {
		s := metric.Sample{
			ID: metric.ID{
				Tenant:    metric.Tenant{Account: "000000000000", Region: "us-east-1"},
				Namespace: rapid.SampledFrom([]string{"A", "AB", "B"}).Draw(t, "namespace"),
				Name:      rapid.StringMatching(`[a-c]{1,3}`).Draw(t, "name"),
			},
			Time:           metric.Instant(rapid.Int64Range(-1<<50, 1<<50).Draw(t, "time")),
			Unit:           metric.Unit(rapid.IntRange(0, 26).Draw(t, "unit")),
			HighResolution: rapid.Bool().Draw(t, "high"),
			Incomplete:     rapid.Bool().Draw(t, "incomplete"),
		}
		switch rapid.IntRange(0, 2).Draw(t, "shape") {
		case 0:
			s.Set = metric.Single(number.Draw(t, "value"))
		case 1:
			s.Set = metric.Weighted(number.Draw(t, "value"), number.Draw(t, "weight"))
		default:
			s.Set = metric.StatisticSet{
				SampleCount: number.Draw(t, "count"), Sum: number.Draw(t, "sum"),
				Minimum: number.Draw(t, "min"), Maximum: number.Draw(t, "max"),
			}
		}
		for range rapid.IntRange(0, 3).Draw(t, "values") {
			s.Values = append(s.Values, metric.Weight{Value: number.Draw(t, "v"), Count: number.Draw(t, "c")})
		}
		return s
	}), 0, 20)
}

// decode returns a record's samples with their IDs.
func decode(b []byte) (out []metric.Sample, err error) {
	err = DecodeSamples(b, func(key []byte, s *metric.Sample) error {
		c := *s
		c.Values = append([]metric.Weight(nil), s.Values...)
		id, _, err := metric.ParseKey(key)
		c.ID = id
		out = append(out, c)
		return err
	})
	return out, err
}

func encode(samples []metric.Sample) []byte {
	var keys [][]byte
	for _, s := range samples {
		keys = append(keys, s.ID.AppendKey(nil))
	}
	return AppendSamples(nil, keys, samples)
}

func TestSamplesComeBackBitForBit(t *testing.T) {
	t.Parallel()
	// Equal bits are equal, also for zeros and infinities.
	sameBits := cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })
	rapid.Check(t, func(t *rapid.T) {
		in := samples().Draw(t, "samples")
		out, err := decode(encode(in))
		if err != nil {
			t.Fatal(err)
		}
		if len(in) == 0 && len(out) == 0 {
			return
		}
		if diff := cmp.Diff(in, out, sameBits); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTypicalRecordIsSmall(t *testing.T) {
	t.Parallel()
	var in []metric.Sample
	for i := range 1000 {
		in = append(in, metric.Sample{
			ID: metric.ID{
				Tenant:    metric.Tenant{Account: "000000000000", Region: "us-east-1"},
				Namespace: "App", Name: "Latency",
				Dimensions: []metric.Dimension{{Name: "Host", Value: string(rune('a'+i%26)) + "-host"}},
			},
			Time: 1_764_000_000_000, Set: metric.Single(float64(i % 100)),
		})
	}
	if n := len(encode(in)) / len(in); n > 25 {
		t.Errorf("%d bytes a sample", n)
	}
}

func FuzzDecodeSamples(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{byte(Samples), 0})
	f.Add(encode([]metric.Sample{
		{Set: metric.Single(1), Time: 60000},
		{Set: metric.Weighted(2, 3), HighResolution: true},
		{Set: metric.StatisticSet{SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2}, Incomplete: true},
		{Set: metric.StatisticSet{SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2}, Values: []metric.Weight{{Value: 1, Count: 1}, {Value: 2, Count: 1}}},
	}))
	f.Fuzz(func(_ *testing.T, b []byte) {
		_, _ = TypeOf(b)
		_, _ = DecodeDelete(b)
		_ = DecodeSamples(b, func([]byte, *metric.Sample) error { return nil })
	})
}

func FuzzParseFrame(f *testing.F) {
	b := appendRecord(beginFrame(nil), []byte("record"))
	finishFrame(b, 7, 1)
	f.Add(b, uint32(7))
	f.Add([]byte{}, uint32(0))
	f.Fuzz(func(t *testing.T, b []byte, salt uint32) {
		_, body, size, err := parseFrame(b, salt)
		if err != nil {
			return
		}
		if size > len(b) || len(body) != size-frameHeaderBytes {
			t.Fatalf("frame of %d bytes in %d", size, len(b))
		}
		for len(body) > 0 {
			if _, body, err = nextRecord(body); err != nil {
				return
			}
		}
	})
}
