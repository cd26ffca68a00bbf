package tracking

import "math"

// capacity is what brings a metric to its target, if it falls as the capacity
// grows: rounded up, so that the target is not exceeded. What is above a whole
// number by less than the noise of floating point is that number.
func capacity(current int, value, target float64) int {
	exact := float64(current) * value / target
	const noise = 1e-9
	return int(min(math.Ceil(exact*(1-noise)), math.MaxInt32))
}

// Out is the capacity that a metric above its target calls for: more than there
// is.
func Out(current int, value, target float64) int {
	return max(current+1, capacity(current, value, target))
}

// inShare is how much of the capacity goes at once, at most: a tenth, or one.
const inShare = 10

// In is the capacity that a metric below its target leaves: no more than there is,
// and not much less, so that what was wrong to remove is soon there again.
func In(current int, value, target float64) int {
	return min(current, max(0, current-max(1, current/inShare), capacity(current, value, target)))
}
