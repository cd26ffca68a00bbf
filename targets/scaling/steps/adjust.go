package steps

import "math"

// AdjustmentType says what an adjustment's number means.
type AdjustmentType string

// The types.
const (
	ChangeInCapacity        AdjustmentType = "ChangeInCapacity"
	ExactCapacity           AdjustmentType = "ExactCapacity"
	PercentChangeInCapacity AdjustmentType = "PercentChangeInCapacity"
)

// AdjustmentTypes lists them in AWS's order.
func AdjustmentTypes() []string {
	return []string{string(ChangeInCapacity), string(ExactCapacity), string(PercentChangeInCapacity)}
}

// Adjust returns the capacity after an adjustment, before the bounds of what
// is scaled: percents are rounded as AWS documents (user guide, "Scaling adjustment
// types"), and then have at least the magnitude.
func Adjust(capacity int, t AdjustmentType, by, magnitude int) int {
	switch t {
	case ExactCapacity:
		return by
	case ChangeInCapacity:
		return capacity + by
	}
	change := percent(capacity, by)
	if change != 0 && magnitude > 0 {
		if change > 0 {
			change = max(change, magnitude)
		} else {
			change = min(change, -magnitude)
		}
	}
	return capacity + change
}

// percent rounds toward zero, but never a change to none.
func percent(capacity, by int) int {
	exact := float64(capacity) * float64(by) / 100
	switch {
	case exact > 0 && exact < 1:
		return 1
	case exact < 0 && exact > -1:
		return -1
	}
	return int(math.Trunc(exact))
}
