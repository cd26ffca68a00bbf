// Package tracking is what groups of instances (EC2 Auto Scaling) and scalable
// targets (Application Auto Scaling) have in common where they track a target:
// what such a policy is told, the alarms that it owns, and the capacity that it
// wants.
//
// Start from [Settings], which a policy keeps; [Settings.Alarms] makes its two
// alarms, [Out] and [In] say how much capacity follows from a metric, and
// [Alarms] is what keeps alarms for a policy in the transaction of the policy.
//
// Promises: all but the interface is pure. A capacity that In wants never has the
// metric above the target, if the metric falls as the capacity grows.
//
// AWS publishes neither the alarms nor the formula (user guide, "Target tracking
// scaling policies"); both are inferred, as events.md 7.3 says.
//
// It leaves to the rooms what is theirs: bounds of capacity, warm-up, cooldown,
// and who else has a say.
package tracking
