// Package sketch keeps the distribution of the values of a period.
//
// A Distribution is mergeable and order-free. Up to MaxExact distinct values
// it is exact: (value, weight) pairs. Beyond that it turns into a DDSketch
// (DataDog/sketches-go, cubic mapping, buffered-paginated store) whose
// percentiles are within RelativeAccuracy of a value that was really there.
// 0 is exact always.
//
// Questions are asked through a View, which adds the exact extremes that the
// period's statistic set knows: Percentile, and Cut for all that is trimmed,
// winsorized, counted or summed between two bounds.
//
// Negative values make percentiles unavailable, as in CloudWatch; they are
// counted by a flag and are not kept. A statistic set that hides its values
// makes the distribution incomplete; that too is a flag, and both flags
// survive every merge.
//
// A Distribution is not safe for concurrent use, not even for reading: beyond
// MaxExact a question may sort what was added last. One that came from Decode or
// Clone and was not changed since may be asked by several goroutines at once.
package sketch
