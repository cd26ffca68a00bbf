package chunk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"skywatch/metric"
	"skywatch/metric/sketch"
)

// sameBits compares numbers by their bits and distributions by their form on
// disk.
var sameBits = cmp.Options{
	cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }),
	cmp.Comparer(func(a, b *sketch.Distribution) bool {
		if a == nil || b == nil {
			return a == b
		}
		return bytes.Equal(a.AppendBinary(nil), b.AppendBinary(nil))
	}),
}

// points generates a chunk's datapoints at tier p.
func points(p metric.Period) *rapid.Generator[[]metric.Datapoint] {
	number := rapid.OneOf(rapid.Float64(), rapid.Map(rapid.IntRange(-3, 100), func(i int) float64 { return float64(i) }))
	return rapid.Custom(func(t *rapid.T) []metric.Datapoint {
		n := rapid.IntRange(0, 150).Draw(t, "points")
		start := metric.Instant(rapid.Int64Range(-1000, 1_000_000).Draw(t, "first")) * p.Millis()
		out := make([]metric.Datapoint, 0, n)
		unit := metric.None
		for range n {
			d := metric.Datapoint{Start: start, Unit: unit}
			switch rapid.IntRange(0, 4).Draw(t, "shape") {
			case 0:
				d.Set = metric.Weighted(number.Draw(t, "value"), number.Draw(t, "weight"))
			case 1:
				d.Set = metric.StatisticSet{
					SampleCount: number.Draw(t, "count"), Sum: number.Draw(t, "sum"),
					Minimum: number.Draw(t, "min"), Maximum: number.Draw(t, "max"),
				}
			default:
				d.Set = metric.Single(number.Draw(t, "value"))
			}
			if rapid.IntRange(0, 3).Draw(t, "distribution") == 0 {
				d.Distribution = sketch.New()
				d.Distribution.Add(rapid.Float64Range(0, 1e6).Draw(t, "v"), 2)
			}
			out = append(out, d)
			if unit+1 < 27 && rapid.IntRange(0, 5).Draw(t, "again") == 0 {
				unit++
			} else {
				unit = metric.Unit(rapid.IntRange(0, 3).Draw(t, "unit"))
				start += metric.Instant(1+rapid.IntRange(0, 3).Draw(t, "gap")) * p.Millis()
			}
		}
		return out
	})
}

func TestDatapointsComeBackBitForBit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(metric.Tiers()).Draw(t, "tier")
		in := points(p).Draw(t, "points")
		out, err := Decode(nil, Append(nil, p, in))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(in, out, sameBits); len(in)+len(out) > 0 && diff != "" {
			t.Error(diff)
		}
	})
}

// number makes a datapoint of a minute with n samples of value v.
func number(minute int, u metric.Unit, v, n float64) metric.Datapoint {
	return metric.Datapoint{Start: metric.Instant(minute) * 60_000, Unit: u, Set: metric.Weighted(v, n)}
}

func TestRegularSeriesIsSmall(t *testing.T) {
	t.Parallel()
	var constant, counting []metric.Datapoint
	for i := range 120 {
		constant = append(constant, number(i, metric.None, 42.5, 1))
		counting = append(counting, number(i, metric.Percent, float64(i%100), 1))
	}
	for _, c := range []struct {
		points []metric.Datapoint
		limit  int
	}{{constant, 150}, {counting, 400}} {
		if n := len(Append(nil, metric.Minute, c.points)); n > c.limit {
			t.Errorf("%d bytes for 120 datapoints, limit %d", n, c.limit)
		}
	}
}

func TestFoldMergesEqualPeriods(t *testing.T) {
	t.Parallel()
	a := []metric.Datapoint{number(1, 0, 5, 1), number(2, 0, 5, 1), number(2, 3, 7, 1)}
	b := []metric.Datapoint{number(0, 0, 1, 1), number(2, 0, 5, 2), number(2, 1, 9, 1), number(4, 0, 1, 1)}
	want := []metric.Datapoint{
		number(0, 0, 1, 1), number(1, 0, 5, 1), number(2, 0, 5, 3), number(2, 1, 9, 1), number(2, 3, 7, 1), number(4, 0, 1, 1),
	}
	for _, got := range [][]metric.Datapoint{Fold(slices.Clone(a), slices.Clone(b)), Fold(slices.Clone(b), slices.Clone(a))} {
		if diff := cmp.Diff(want, got, sameBits); diff != "" {
			t.Error(diff)
		}
	}
}

func TestCoarsenFoldsUnitsApart(t *testing.T) {
	t.Parallel()
	in := []metric.Datapoint{
		number(0, 3, 2, 1), number(1, 0, 5, 1), number(1, 3, 2, 1), number(4, 0, 5, 2), number(5, 1, 1, 1), number(9, 0, 1, 1),
	}
	want := []metric.Datapoint{number(0, 0, 5, 3), number(0, 3, 2, 2), number(5, 0, 1, 1), number(5, 1, 1, 1)}
	if diff := cmp.Diff(want, Coarsen(metric.FiveMinute, in), sameBits); diff != "" {
		t.Error(diff)
	}
}

func TestCoarsenSharesNothing(t *testing.T) {
	t.Parallel()
	d := number(0, 0, 5, 1)
	d.Distribution = sketch.New()
	d.Distribution.Add(5, 1)
	out := Coarsen(metric.Hour, []metric.Datapoint{d, number(1, 0, 6, 1)})
	if d.Distribution.Weight() != 1 || out[0].Distribution.Weight() != 2 {
		t.Errorf("weights %v and %v", d.Distribution.Weight(), out[0].Distribution.Weight())
	}
}

func TestUnknownFormsAreRefusedByName(t *testing.T) {
	t.Parallel()
	good := Append(nil, metric.Minute, []metric.Datapoint{number(1, 0, 5, 1)})
	for name, c := range map[string]struct {
		change func([]byte)
		want   string
	}{
		"version": {func(b []byte) { b[0] = 9 }, "chunk has version 9, this program knows 1"},
		"kind":    {func(b []byte) { b[1] = 7 }, "chunk has kind 7, which this program does not know"},
		"raw":     {func(b []byte) { b[1] = byte(Raw) }, "chunk has kind 1 where kind 0 belongs"},
	} {
		b := slices.Clone(good)
		c.change(b)
		if _, err := Decode(nil, b); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryCutIsRefused(t *testing.T) {
	t.Parallel()
	d := number(7, 3, 5, 2)
	d.Distribution = sketch.New()
	d.Distribution.Add(5, 2)
	good := Append(nil, metric.Minute, []metric.Datapoint{number(1, 0, 5, 1), number(2, 0, 5, 3), d})
	for n := range good {
		if _, err := Decode(nil, good[:n]); !errors.Is(err, ErrMalformed) {
			t.Errorf("the first %d of %d bytes: %v", n, len(good), err)
		}
	}
	if _, err := Decode(nil, append(good, 0)); !errors.Is(err, ErrMalformed) {
		t.Errorf("a byte too many: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	d := number(7, 3, 5, 2)
	d.Distribution = sketch.New()
	d.Distribution.Add(5, 2)
	f.Add(Append(nil, metric.Minute, []metric.Datapoint{number(1, 0, 5, 1), number(2, 0, 5, 3), d}))
	f.Add(Append(nil, metric.Hour, nil))
	f.Add(binary.AppendUvarint([]byte{version, 0, 60}, 1<<40))
	f.Fuzz(func(t *testing.T, b []byte) {
		points, err := Decode(nil, b)
		if err != nil {
			return
		}
		// What was decoded can be stored and comes back the same.
		again, err := Decode(nil, Append(nil, metric.Period(period(b)), points))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(points, again, sameBits); diff != "" {
			t.Error(diff)
		}
	})
}

func period(b []byte) uint64 {
	p, _ := binary.Uvarint(b[2:])
	return p
}

func TestRawRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var samples []metric.RawSample
		at := metric.Instant(rapid.Int64Range(-1<<50, 1<<50).Draw(t, "first"))
		for range rapid.IntRange(0, 20).Draw(t, "n") {
			samples = append(samples, metric.RawSample{Time: at, Value: math.Float64frombits(rapid.Uint64().Draw(t, "value"))})
			if rapid.Bool().Draw(t, "histogram") {
				samples[len(samples)-1].Histogram = &metric.Histogram{Encoded: rapid.SliceOfN(rapid.Byte(), 0, 5).Draw(t, "encoded")}
			}
			at += metric.Instant(rapid.Int64Range(1, 1<<40).Draw(t, "step"))
		}
		got, err := DecodeRaw(nil, AppendRaw(nil, samples))
		if err != nil || len(got) != len(samples) {
			t.Fatalf("%d samples of %d, %v", len(got), len(samples), err)
		}
		for i := range got {
			if got[i].Time != samples[i].Time || math.Float64bits(got[i].Value) != math.Float64bits(samples[i].Value) || encoded(got[i]) != encoded(samples[i]) {
				t.Fatalf("sample %d: %v, want %v", i, got[i], samples[i])
			}
		}
	})
}

func encoded(s metric.RawSample) string {
	if s.Histogram == nil {
		return "none"
	}
	return fmt.Sprintf("%x", s.Histogram.Encoded)
}

func FuzzDecodeRaw(f *testing.F) {
	f.Add(AppendRaw(nil, []metric.RawSample{{Time: 1, Value: 2}, {Time: 16_000, Value: 2}, {Time: 31_000, Value: -1}}))
	f.Add(AppendRaw(nil, nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		samples, err := DecodeRaw(nil, b)
		if err != nil {
			return
		}
		again, err := DecodeRaw(nil, AppendRaw(nil, samples))
		if err != nil || len(again) != len(samples) {
			t.Fatalf("%d samples of %d come back: %v", len(again), len(samples), err)
		}
	})
}
