// Package scalable keeps the capacity of scalable targets where policies,
// schedules and bounds say, as Application Auto Scaling does: one number of a
// resource that is not ours, such as the tasks of a service, which drivers read
// and set.
//
// Start from Service: its methods change what is registered; Deliver and planned
// times ask for changes; Run has drivers answer for them. Decide is the decision
// in between, a pure function of a target, a policy, the current capacity and the
// time.
//
// Promises: what asks for a change is on disk with its cause in one commit, and
// is decided once the driver has told the capacity; a decision is on disk, with
// its activity, before the driver hears of it, and after kill -9 the driver is
// asked for the same capacity again under the same activity. A target has one
// change under way at a time. A target without a driver has activities that say
// so. Calls of drivers under way are bounded; other targets wait, and what one
// target waits for is bounded by its policies.
//
// Left to others: alarms, what a step says (package steps) and what tracking a
// target asks for (package tracking), predictive scaling.
package scalable
