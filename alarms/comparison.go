package alarms

// Comparison is a ComparisonOperator: how the metric's value, on the left,
// stands to the threshold when it breaches.
type Comparison string

// The comparisons with a static threshold.
const (
	GreaterThanOrEqual Comparison = "GreaterThanOrEqualToThreshold"
	GreaterThan        Comparison = "GreaterThanThreshold"
	LessThan           Comparison = "LessThanThreshold"
	LessThanOrEqual    Comparison = "LessThanOrEqualToThreshold"
)

// breaches reports whether value breaches the threshold.
func (c Comparison) breaches(value, threshold float64) bool {
	switch c {
	case GreaterThanOrEqual:
		return value >= threshold
	case GreaterThan:
		return value > threshold
	case LessThan:
		return value < threshold
	case LessThanOrEqual:
		return value <= threshold
	}
	return false
}

// phrase is the comparison in the words of a reason (cloudwatch.md 13.2).
func (c Comparison) phrase() string {
	switch c {
	case GreaterThanOrEqual:
		return "greater than or equal to"
	case GreaterThan:
		return "greater than"
	case LessThan:
		return "less than"
	default:
		return "less than or equal to"
	}
}

// band reports whether c compares with the two edges of an anomaly detection
// band, which are not offered yet.
func (c Comparison) band() bool {
	switch c {
	case "LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold":
		return true
	}
	return false
}
