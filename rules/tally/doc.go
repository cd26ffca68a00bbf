// Package tally counts what becomes of events and keeps the counts as metrics
// in namespace AWS/Events, under EventBridge's names, units and dimensions, so
// that alarms can watch the router.
//
// Start from New. A Tally is a rules.Observer; Attempted and Ended are hooks of
// the delivery engine; Run writes what has been counted every two seconds
// through an ingest.Appender, and Close what is left at the end.
//
// Promises: those of gather.Sums, in which the counts are; an event is never held
// up for its figures. Latencies keep their values, so that percentiles work.
//
// Left to others: events and deliveries themselves, which are never lost.
package tally
