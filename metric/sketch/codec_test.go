package sketch

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// values draws the values of a period, now few, now many, with ties.
func values(t *rapid.T, label string) []pair {
	v := rapid.OneOf(
		rapid.SampledFrom([]float64{0, 1, 2, 2.5, 1e-300, math.Ldexp(1, 360)}),
		rapid.Map(rapid.IntRange(0, 3000), func(i int) float64 { return float64(i) / 8 }),
		rapid.Float64Range(1e-300, 1e6),
	)
	w := rapid.SampledFrom([]float64{1, 1, 1, 2, 1000, 0.5, 0.25})
	// The length is drawn by itself: rapid's slices are nearly always short.
	n := rapid.SampledFrom([]int{0, 1, 2, 5, 20, MaxExact, 3 * MaxExact}).Draw(t, "n")
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) pair {
		return pair{v.Draw(t, "v"), w.Draw(t, "w")}
	}), n, n).Draw(t, label)
}

func of(ps []pair) *Distribution {
	d := New()
	for _, p := range ps {
		d.Add(p.value, p.weight)
	}
	return d
}

func TestBinaryRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := of(values(t, "values"))
		if rapid.Bool().Draw(t, "incomplete") {
			d.MarkIncomplete()
		}
		if rapid.Bool().Draw(t, "negative") {
			d.Add(-1, 1)
		}
		form := d.AppendBinary([]byte("before"))
		got, rest, err := Decode(append(form[len("before"):], "after"...))
		if err != nil || string(rest) != "after" {
			t.Fatalf("rest %q, error %v", rest, err)
		}
		if again := got.AppendBinary([]byte("before")); !bytes.Equal(again, form) {
			t.Fatalf("%x came back as %x", form, again)
		}
		if got.Incomplete() != d.Incomplete() || got.HasNegative() != d.HasNegative() || got.Weight() != d.Weight() || got.Exact() != d.Exact() {
			t.Fatalf("%+v came back as %+v", d, got)
		}
	})
}

func TestBinarySize(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		d    *Distribution
		most int
	}{
		{"empty", New(), 2},
		{"one small integer", of([]pair{{212, 1}}), 6},
		{"one fraction", of([]pair{{0.137, 1}}), 11},
		{"pages of bins", latencies(5000), 2000},
	} {
		if got := len(c.d.AppendBinary(nil)); got > c.most {
			t.Errorf("%s: %d bytes, want at most %d", c.name, got, c.most)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, form string }{
		{"empty", ""},
		{"version 0", "\x00\x00"},
		{"version 2", "\x20\x00"},
		{"unknown flag", "\x18\x00"},
		{"no length", "\x10"},
		{"more pairs than bytes", "\x10\x02\x01"},
		{"more pairs than MaxExact", "\x10\xff\x01"},
		{"weight 0", "\x10\x01\x10\x40"},
		{"negative value", "\x10\x01\x19\xc0"},
		{"values not ascending", "\x10\x02\x19\x40\x19\x40"},
		{"infinite value", "\x10\x01\x29\x7f\xf0"},
		{"bins cut short", "\x14\x05\x05"},
		{"bins without bins", "\x14\x00"},
		{"index far out of range", "\x14\x0b\x05\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x03"},
		{"bins in falling order", "\x14\x06\x05\x02\x04\x03\x03\x03"},
		{"bytes after the bins", "\x14\x05\x05\x01\x04\x03\x00"},
	} {
		if _, _, err := Decode([]byte(c.form)); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: error is %v, want ErrCorrupt", c.name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, d := range []*Distribution{New(), of([]pair{{0, 1}, {1.5, 0.5}, {212, 1000}}), latencies(MaxExact + 1)} {
		f.Add(d.AppendBinary(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d, rest, err := Decode(b)
		if err != nil {
			return
		}
		if len(rest) >= len(b) {
			t.Fatal("nothing was read")
		}
		form := d.AppendBinary(nil)
		again, rest, err := Decode(form)
		if err != nil || len(rest) != 0 {
			t.Fatalf("own form %x: rest %x, error %v", form, rest, err)
		}
		again.Merge(d)
	})
}

// latencies returns a distribution of n values over about three decades.
func latencies(n int) *Distribution {
	d := New()
	x := uint64(1)
	for range n {
		x = x*6364136223846793005 + 1442695040888963407
		d.Add(math.Exp(float64(x>>40)/(1<<24)*7), 1)
	}
	return d
}
