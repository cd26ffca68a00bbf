// Package search is the language of CloudWatch's SEARCH: it reads the text of a
// search and tells which metrics it finds.
//
// Start from Parse, which gives a Query. Filter says what an index can narrow
// the metrics down to; Match judges one. The grammar and the rules by which words
// match parts of names are those of cloudwatch.md section 9.
//
// Promises: reading takes time linear in the text and recurses no deeper than
// maxDepth; a Query is immutable and safe for concurrent use. Statistics,
// periods, how many metrics there may be and in what order they come are left to
// query.
package search
