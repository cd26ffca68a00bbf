// Package tally writes the metrics of Auto Scaling groups into namespace
// AWS/AutoScaling, under AWS's names and dimension, so that alarms can watch
// groups: each minute, for the groups that have their metrics collected and as
// long as they have.
//
// Start from New; Run reads the groups in the first seconds of each minute and
// writes through an ingest.Appender.
//
// Promises: those of gather.Writer. A value is what was at the moment of the
// reading; a minute in which the server did not run has none.
package tally
