package schedule

import "math/bits"

// set holds the numbers of a field of a cron expression, as bits counted from
// base. It has room for the widest field, the years.
type set struct {
	base int
	bits [4]uint64
}

func (s *set) add(n int) {
	n -= s.base
	s.bits[n/64] |= 1 << (n % 64)
}

// from returns the smallest member that is not less than n, or a number beyond
// the room if there is none.
func (s *set) from(n int) int {
	n = max(n-s.base, 0)
	for i := n / 64; i < len(s.bits); i++ {
		word := s.bits[i]
		if i == n/64 {
			word = word >> (n % 64) << (n % 64)
		}
		if word != 0 {
			return s.base + i*64 + bits.TrailingZeros64(word)
		}
	}
	return s.base + 64*len(s.bits)
}
