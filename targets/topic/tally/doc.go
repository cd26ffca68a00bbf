// Package tally counts what becomes of messages that topics take, and keeps the
// counts as metrics in namespace AWS/SNS, under SNS's names, units and dimension,
// so that alarms can watch topics.
//
// Start from New. Published is the hook of topic.Options.Observe, Attempted and
// Ended are hooks of the delivery engine; Run writes what has been counted every
// two seconds, and Close what is left at the end.
//
// Promises: those of gather.Sums, in which the counts are. Nothing is written
// where nothing happened.
package tally
