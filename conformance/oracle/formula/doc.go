// Package formula is the slow model of GetMetricData with expressions: metric
// math, SEARCH and Metrics Insights (sections 5.3 and 7 to 10 of the
// behavioural specification). It was written from the specification alone and
// shares no code with the product. Series are maps from time to value, and
// every function is a loop over them.
//
// Start from Ask. Direct metrics come from package oracle; what SEARCH finds
// from package search, what a SELECT answers from package insights.
//
// # Readings
//
// Where the specification leaves a choice (inferred):
//   - A series has a period: its metric's, or the smallest of what it was
//     computed from. Its slots are the periods of the window.
//   - Numbers that are no numbers (1/0, the MIN of nothing) make of all that
//     is computed from them no number, and no point.
//   - The window of what a SELECT alone is in ends on a whole minute.
//   - An array of one that SLICE made counts as its series where a series is
//     wanted, and beside another series in an operator.
//   - STDDEV takes missing points as 0, as AVG does.
//   - The AVG, SUM, MIN ... of a number is an error; so is a function on points
//     of a number, METRIC_COUNT of one series, a number in an array, and
//     arguments of IF in a combination that 8.4 does not list.
//   - An empty Label is none, also of a metric and of a single series.
//   - SORT puts what has no such statistic last.
//   - FIRST and LAST of nothing are a series without points, since what SEARCH
//     finds may be nothing at any time.
//   - A hidden query may be a number.
//   - Series keep their labels through functions of each and what numbers do to
//     them; what is made of several, or of the clock, has the label of the
//     expression that it stands in.
//   - Results of SEARCH are in the order of ListMetrics, which is open; their
//     default labels tell them from each other alone.
//   - Where an array shows a hidden metric, its default label tells it from all
//     the metrics of the request.
//   - What is made of no series (by TIME_SERIES, or FIRST of nothing) has the Period of the query, else the
//     smallest period of what the expression refers to, else a minute.
//   - An expression that refers to a broken one is not itself broken; the
//     request is refused with the text of any broken expression.
//
// # Doubt
//
// Where two numbers that are compared, rounded or sorted are as near as the
// rounding of floats, Ask marks the result as Doubtful: its values cannot be
// told from here.
package formula
