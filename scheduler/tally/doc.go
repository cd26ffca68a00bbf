// Package tally counts what becomes of the planned times of schedules, and keeps
// the counts as metrics in namespace AWS/Scheduler, under EventBridge Scheduler's
// names, units and dimension.
//
// Start from New. Attempted and Ended are hooks of the delivery engine; Run writes
// what has been counted every two seconds, and Close what is left at the end.
//
// Promises: those of gather.Sums, in which the counts are. Nothing is written
// where nothing happened.
package tally
