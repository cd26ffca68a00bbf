// Package query answers questions about metrics over a time range: which
// metrics exist, and what their statistics were.
//
// Start from Engine and its three questions: ListMetrics, MetricStatistics
// and MetricData. Source is the seam to the store. Now is always an argument.
//
// The way of a question: validate refuses what AWS refuses, with its words and
// the parameter at fault (fault.Error); a grid lays the periods over the range
// (periods.go); its parts say which tier answers which stretch (tier.go); fold
// reads them into one datapoint for each period and unit; a metric.Statistic
// takes the number. GetMetricData adds pages (page.go, window.go, token.go),
// labels (label*.go) and expressions: formula.go reads and orders them, and
// compute*.go has the languages of expr, search and insights answer over whole
// columns, within a budget (budget.go).
//
// Promises: an answer does not depend on the tier that it was read from; data
// older than their tier keeps them are not returned, whether or not the store
// has dropped them; memory is bounded by a page, not by the range, and with
// expressions by the budget; nobody reads another tenant's data. Time zones, wire forms and the clock are left to api,
// the data to the Source.
package query
