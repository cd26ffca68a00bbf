package wire

import "testing"

func TestSlab(t *testing.T) {
	t.Parallel()
	var s slab[int]
	var all []*int
	for i := range 3 * largestSlab {
		p := s.next()
		if *p != 0 {
			t.Fatalf("value %d is in use already", i)
		}
		*p = i + 1
		all = append(all, p)
	}
	for i, p := range all {
		if *p != i+1 {
			t.Fatalf("value %d became %d", i+1, *p)
		}
	}
}
