// Package tally counts what becomes of invocations and keeps the counts as
// metrics in namespace AWS/Lambda, under Lambda's names, units and dimensions,
// so that alarms can watch functions.
//
// Start from New. Count is the hook of function.Options.Observe; Run writes what
// has been counted every two seconds through an ingest.Appender, and Close what
// is left at the end.
//
// Promises: Count never blocks and never fails. Memory is bounded: what does not
// fit until the next writing is not counted, and that is counted (Uncounted).
// Counts are best effort: what has not been written when the process is killed
// is lost.
package tally
