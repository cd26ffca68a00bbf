package gather

import "math"

// spare are the bits of a value that a distribution does without.
const spare = uint64(1)<<(52-6) - 1

// Rounded is a value as a distribution keeps it: six bits stay behind the first,
// so values are at most 0.8 % off and whole numbers up to 128 exact. That bounds
// how many values there can be, some 2,500 from a microsecond to a day; the
// statistic set beside them stays exact.
func Rounded(v float64) float64 {
	return math.Float64frombits((math.Float64bits(v) + spare/2) &^ spare)
}
