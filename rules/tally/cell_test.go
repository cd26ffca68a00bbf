package tally

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// A value of a distribution is less than 0.8 % off, and whole numbers up to 128
// are exact.
func TestRounded(t *testing.T) {
	t.Parallel()
	for i := range 129 {
		if v := float64(i); rounded(v) != v {
			t.Errorf("%v is kept as %v", v, rounded(v))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(1e-3, 1e9).Draw(t, "v")
		if got := rounded(v); math.Abs(got-v) > 0.008*v {
			t.Fatalf("%v is kept as %v", v, got)
		}
	})
}

// At any load a series has a bounded number of values.
func TestValuesAreFew(t *testing.T) {
	t.Parallel()
	var s sum
	for v := 1e-3; v < 86400e3; v *= 1.0001 {
		s.add(v, true)
	}
	if n := len(s.values); n > 2500 {
		t.Errorf("%d values", n)
	}
}
