// Package tally counts what becomes of invocations and keeps the counts as
// metrics in namespace AWS/Lambda, under Lambda's names, units and dimensions,
// so that alarms can watch functions.
//
// Start from New. Count is the hook of function.Options.Observe; Run writes what
// has been counted every two seconds through an ingest.Appender, and Close what
// is left at the end.
//
// Promises: those of gather.Sums, in which the counts are. Durations keep their
// values, so that percentiles work.
package tally
