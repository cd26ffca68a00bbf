// Package otlp takes metrics by OTLP/HTTP: POST /v1/metrics, protobuf or JSON.
//
// Start from New and Mount. Gauges, cumulative sums, histograms and summaries
// become raw series, as remote write brings them; what is delta becomes statistic
// data, as PutMetricData brings them. docs/otlp.md has the mapping with examples.
//
// Promises: a request is answered once what is taken is on disk; a point is taken
// whole or refused with its reason in the protocol's partial success, and the
// others are taken; bodies, the requests under way and what a request becomes are
// bounded. Raw series are stored before statistic data: sent again after an error,
// raw samples replace themselves and nothing counts twice, nor after a lost answer:
// the store knows the delta points of the same bytes again for 15 minutes.
//
// Who asks is left to Authenticate of the Options, the rules for data to ingest.
package otlp
