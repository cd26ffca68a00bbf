// Package promql answers PromQL over CloudWatch metrics: Prometheus's own engine
// over our Source.
//
// Start from New and the Engine's Instant, Range, Series, LabelNames and
// LabelValues. A metric appears under its own name, with its namespace and its
// dimensions as labels, and the statistic as the label stat: a matcher of that
// label chooses it, percentiles and trimmed statistics too. docs/promql.md has the
// mapping with examples; labels.go has the code.
//
// Promises: every question is one tenant's; what a query loads is bounded by
// MaxSamples and Timeout, and the error says which of them was met; a datapoint's
// time is the start of its period. The HTTP API is left to package prometheus.
package promql
