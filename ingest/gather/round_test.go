package gather_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"skywatch/ingest/gather"
)

// A value of a distribution is less than 0.8 % off, and whole numbers up to 128
// are exact.
func TestRounded(t *testing.T) {
	t.Parallel()
	for i := range 129 {
		if v := float64(i); gather.Rounded(v) != v {
			t.Errorf("%v is kept as %v", v, gather.Rounded(v))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(1e-3, 1e9).Draw(t, "v")
		if got := gather.Rounded(v); math.Abs(got-v) > 0.008*v {
			t.Fatalf("%v is kept as %v", v, got)
		}
	})
}
