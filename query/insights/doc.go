// Package insights is the language of CloudWatch Metrics Insights: it reads a
// query and tells which metrics it asks for and how they are grouped.
//
// Start from Parse, which gives a Query. Filter says what an index can narrow the
// metrics down to, Match judges one, and Group names the group it belongs to. The
// grammar and its limits are those of cloudwatch.md section 10.
//
// Promises: reading takes time linear in the text; a Query is immutable and safe
// for concurrent use. Data, periods, the order and the number of results are left
// to query.
package insights
