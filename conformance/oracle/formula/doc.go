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
//   - Numbers that are no numbers (1/0, the MIN of nothing) go on as such;
//     the points that they touch are dropped, like any that is not finite.
//   - STDDEV takes missing points as 0, as AVG does.
//   - The AVG, SUM, MIN ... of a number is an error; so is a function on points
//     of a number, METRIC_COUNT of one series, a number in an array, and
//     arguments of IF in a combination that 8.4 does not list.
//   - An empty Label is none, also of a metric and of a single series.
//   - FIRST and LAST of nothing are a series without points, since what SEARCH
//     finds may be nothing at any time.
//   - A hidden query may be a number.
//   - Members of an array keep their labels through what is done to each; what
//     an expression within brackets makes has the label of the whole.
//   - Results of SEARCH are in the order of ListMetrics, which is open; their
//     default labels tell them from each other alone.
//   - Where an array shows a hidden metric, its default label tells it from all
//     the metrics of the request.
//   - What takes no series (TIME_SERIES) has the Period of the query, else the
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
