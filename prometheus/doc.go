// Package prometheus speaks the protocols of Prometheus: its HTTP API, as far as
// dashboards, promtool and clients of the query API need it, and remote write.
//
// Start from New and Mount. The paths are below /api/v1; docs/promql.md lists
// them. Answers, error types and statuses are those of Prometheus 3.
//
// Promises: each request is one tenant's; a client that leaves ends its query; a
// remote write is answered once it is on disk, and what of it is refused is named;
// bodies are bounded. What the answers are is left to query/promql, storing to
// Append and who asks to Authenticate of the Options.
package prometheus
