// Package query answers questions about metrics over a time range: which
// metrics exist, and what their statistics were.
//
// Start from Engine and its three questions: ListMetrics, MetricStatistics
// and MetricData. Source is the seam to the store. Now is always an argument.
package query
