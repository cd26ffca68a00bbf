// Package oracle is a slow model of the metrics part of CloudWatch: a second
// opinion for random differential tests. It was written from the behavioural
// specification alone and shares no code with the product. It keeps every
// sample for ever, in memory, and computes each answer from the raw samples
// in exact rational arithmetic, so that it can be checked by reading.
//
// Start from New, Model.PutMetricData, ListMetrics, GetMetricStatistics and
// GetMetricData. A refusal is a set of acceptable errors, because the
// specification seldom says which of several wins; a number is an Answer,
// which knows how much a right server may differ. The Diff methods compare an
// answer with what a server sent. Package history makes random requests.
//
// Recommended tolerance: basic statistics 1e-9 (Rounding) relative to the sum
// of absolute terms; the percentile family 1 % (Binning) where the server
// keeps a histogram, none where it still holds all values: see Strict.
//
// Not modelled: wire limits (1 MB bodies), paging tokens, rate limits, linked
// accounts, the response header of a lenient invalid entity. Expressions are
// in package formula, with what SEARCH and a SELECT ask in search and insights.
//
// # Readings
//
// Where the specification leaves a choice, this model takes the first reading
// named. "Any of" marks those where it accepts several answers.
//
// Writing:
//   - An empty string or list is an absent one. An empty name is any of
//     MissingParameter, ValidationError, InvalidParameterValue; other broken
//     names, and exceeded counts of things, are any of the last two.
//   - The "documented alphabet for new names" of namespaces is advice: all
//     printable ASCII is accepted, blanks at the ends are kept.
//   - "Distinct Values" counts different values, not the length of the list.
//   - A datum without any value is any of MissingParameter,
//     InvalidParameterCombination; so is a missing StrictEntityValidation.
//   - Counts have no upper bound. A negative zero is zero.
//   - EntityMetricData without an Entity is valid; an entity need not have a
//     Type. Paths in it read EntityMetricData.member.M.MetricData.member.N.
//   - Only values of positive weight are in a distribution; values of weight
//     0 count for Minimum and Maximum, and make a data point exist.
//   - A set that comes with Values leaves the whole distribution to them, even
//     where the two contradict each other. p0 and p100 are then any value
//     between the set's extreme and that of Values.
//
// Reading:
//   - The row of the table of 5.1 is chosen by the StartTime before rounding;
//     3 h belongs to the second row, 15 d to the third, 63 d to the third.
//   - A period that is no multiple of what the row allows gives no points,
//     also when it is longer (420 s after 15 d).
//   - EndTime is rounded down to a sub-minute period, as in the examples of
//     5.1, and otherwise not rounded. A bucket that starts before it is
//     reported, and holds the cells (of 1 s, 60 s, 300 s, 3600 s, by the row)
//     that start before it.
//   - Retention cuts by the truncated timestamp: younger than 3 h for 1 s
//     data, up to 455 d for all. The limits of the middle tiers never show,
//     since the row already follows from the age of StartTime.
//   - Periods over 86400 are refused. The code for a bad period is any of
//     InvalidParameterValue, ValidationError.
//   - The 1440 points are counted from the times as given, EndTime minus
//     StartTime over Period, before any rounding.
//   - Statistics and ExtendedStatistics together are accepted; neither is any
//     of MissingParameter, InvalidParameterCombination. Basic names within
//     ExtendedStatistics are refused.
//   - GetMetricData chooses the unit of a period by presence, before asking
//     whether the statistic is available. MultipleUnits tells of all units in
//     the range, also when no two share a period, and of units whose points
//     have no such statistic.
//   - MaxDatapoints counts the existing points of all results together.
//   - ListMetrics: "published in the last 3 h" and "silent for 14 days" are
//     any of: by timestamp, by arrival.
//
// Statistics:
//   - TM, TC and TS between percentages take ranks: every value occupies the
//     ranks from the weight before it to the weight up to it, and keeps the
//     share of its weight between a and b percent of the total. Answer.Low
//     and High also admit keeping the value at the boundary whole, and
//     keeping by value (pA < v <= pB). WM is the same under all of these.
//   - A percentage rule asks for no negative value of positive weight; an
//     absolute one forgets the negative values, also in the denominators of
//     PR and WM. Nothing left means not available.
//   - The mean of nothing is not available; TC, TS and PR of nothing are 0.
//   - One statistic set that is not degenerate makes the whole percentile
//     family unavailable for its bucket, TC, TS and PR with absolute bounds
//     included.
//   - Average of a bucket of total weight 0 is not available.
//   - IQM is spelt so; bounds are unsigned, and the lower one is smaller.
//
// Labels:
//   - Whether statistic and period are printed is decided per metric, the
//     other parts over all unlabelled results. The name is printed when this
//     very label would otherwise start with the statistic.
//   - ${LABEL} is the default label as if the query had none; such a query
//     counts among the unlabelled ones, which it must be told from. The notation of
//     numbers, of relative times and of time ranges is not compared, nor the
//     time of an extreme that several points share.
package oracle
