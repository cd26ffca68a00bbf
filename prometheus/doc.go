// Package prometheus speaks the HTTP API of Prometheus, as far as dashboards,
// promtool and clients of the query API need it.
//
// Start from New and Mount. The paths are below /api/v1; docs/promql.md lists
// them. Answers, error types and statuses are those of Prometheus 3.
//
// Promises: each request is one tenant's; a client that leaves ends its query; a
// body is at most maxBody long. What the answers are is left to query/promql, who
// asks to the Authenticate of Options.
package prometheus
