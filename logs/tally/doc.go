// Package tally counts what comes into log groups and keeps the counts as metrics
// in namespace AWS/Logs, under CloudWatch Logs' names, units and dimension, so
// that alarms can watch log groups.
//
// Start from New; Incoming and Extracted count, Run writes every two seconds
// through an ingest.Appender, and Close what is left at the end.
//
// Promises: those of gather.Sums, in which the counts are.
package tally
