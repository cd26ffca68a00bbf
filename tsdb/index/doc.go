// Package index holds what is known of each series (Series) and finds series
// by tenant, namespace, metric name and dimensions (Index).
//
// Start from New, Index.Add and Index.List. The index is resident: it is built
// when the store opens and grows with each new series. A list is in the order
// of the series' keys and can be continued after any key.
//
// An Index is safe for concurrent use. A Series is immutable but for its last
// datum and the mark that it is gone. Package tsdb keeps the entries on disk
// (AppendEntry, DecodeEntry) and looks series up by key; the index only lists.
package index
