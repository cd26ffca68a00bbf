// Package tally counts what becomes of events and keeps the counts as metrics
// in namespace AWS/Events, under EventBridge's names, units and dimensions, so
// that alarms can watch the router.
//
// Start from New. A Tally is a rules.Observer; Attempted and Ended are hooks of
// the delivery engine; Run writes what has been counted every two seconds
// through an ingest.Appender, and Close what is left at the end.
//
// Promises: the hooks take no lock for longer than an addition, never block and
// never fail. Memory is bounded: what does not fit until the next writing is not
// counted, and that is counted (Stats). Counts are best effort, as AWS's are:
// what has not been written when the process is killed (two seconds) is lost,
// and an event is never held up for its figures. Latencies keep their values, so
// that percentiles work.
//
// Left to others: events and deliveries themselves, which are never lost.
package tally
