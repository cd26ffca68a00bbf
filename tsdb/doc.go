// Package tsdb is the time-series store: the statistic sets and distributions
// of each metric per period and unit, at four tiers (1 s, 1 min, 5 min, 1 h)
// that are exact folds of one another.
//
// Start from Open, DB.Append (ingest.Appender), DB.Read and DB.Metrics
// (query.Source), and DB.Watch with Options.Observer.
//
// Promises. When Append returns nil its samples are on disk and visible; a
// batch is whole or absent in each metric that is read. At every moment and
// after any crash each acknowledged sample counts exactly once. Damage is
// reported and never answered with wrong numbers. Memory is bounded by
// Options.HeadBytes and CacheBytes and by the number of series.
//
// A sample goes to the log (tsdb/wal), then into the head, which holds what is
// not yet in Pebble; sealing turns the head into chunks (tsdb/chunk) in
// Pebble; tsdb/index lists the series. DESIGN.md has the reasons,
// docs/formats every byte.
//
// The rules for what a client may send are package ingest's; which tier and
// how far back to read is package query's. The store never reads a clock but
// to decide what to seal and what to remove.
package tsdb
