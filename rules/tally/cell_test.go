package tally

import "testing"

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
