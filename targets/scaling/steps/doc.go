// Package steps is what groups of instances (EC2 Auto Scaling) and scalable
// targets (Application Auto Scaling) have in common: how a step policy turns an
// alarm into a capacity. All of it is pure.
//
// Start at [Step] and [For], which finds the step for a distance of the metric
// from the threshold; [Check] holds steps to AWS's rules; [Adjust] is the
// capacity after an adjustment, and [Read] takes an alarm's message and its
// metric value out of a delivery.
//
// It leaves to the rooms what is theirs: bounds of capacity, warm-up and
// cooldown, and AWS's wording of what a policy must not say.
package steps
