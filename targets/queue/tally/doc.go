// Package tally keeps the metrics of queues in namespace AWS/SQS, under SQS's
// names, units and dimensions, so that alarms can watch a backlog and scale what
// works it off.
//
// Start from New. Count is the hook of queue.Options.Observe; Measure writes at
// every full minute how each active queue stood at its end; Run writes what was
// counted every two seconds, and Close what is left at the end.
//
// Promises: those of gather.Sums, in which the counts are, for the hook. A queue
// is active for six hours from its last use, and as long as it has messages, as in
// SQS: of others nothing is written and nothing is kept in memory. An active one
// has a datum of every metric each minute, zeros included, so that alarms on
// "nothing came" work without a rule for missing data.
//
// After a start a queue without messages is active from its next use.
package tally
