package wire

// slab hands out pointers to values that were allocated together: a request
// has thousands of small ones, which die together. It begins with few, so that
// a small request pays for few, and a value that is kept keeps little else.
type slab[T any] struct {
	free []T
	size int
}

// The numbers of values that are allocated together.
const (
	smallestSlab = 4
	largestSlab  = 64
)

// next returns a pointer to a zero value.
func (s *slab[T]) next() *T {
	if len(s.free) == 0 {
		s.size = min(max(smallestSlab, 2*s.size), largestSlab)
		s.free = make([]T, s.size)
	}
	p := &s.free[0]
	s.free = s.free[1:]
	return p
}
