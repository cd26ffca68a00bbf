// Package expr is metric math: it reads an expression, finds its types, and
// computes it over series.
//
// Start from Parse, which gives an Expression; Check finds what kind of value
// it has; Run computes it from an Input. The grammar, the functions and what
// becomes of missing points are those of CloudWatch (cloudwatch.md section 8).
//
// A series is a column of numbers over an Axis, NaN where there is no point:
// functions work on whole columns, and a column that nothing else uses is
// written again in place. Series of one window and period share their axis, so
// the common case compares no times.
//
// Promises: reading takes time linear in the text and recurses no deeper than
// maxDepth; an Expression is immutable and safe for concurrent use; Run leaves
// its input as it is; results hold no infinity and no NaN but for missing
// points. Which series there are, their windows and labels, SEARCH and the
// words around an error are left to query.
package expr
