// Package questions makes random stores of metrics and random GetMetricData
// requests with expressions over them, for a differential test of a server
// beside package formula: every operator and function, nested, with arguments
// of right and wrong types; SEARCH with schemas, words, quotations, OR, NOT
// and properties; Metrics Insights with every clause.
//
// Start from New, Generator.Store and Generator.Request. All is decided by the
// random source. Values are small whole numbers and quarters, zero among them,
// so that sums are exact, comparisons meet equal numbers and divisions meet
// zero.
//
// What the specification leaves open and package formula cannot tell is left
// out: periods of different series that do not divide each other, an explicit
// Period of an expression that differs from that of its inputs, units that a
// SELECT would mix.
package questions
