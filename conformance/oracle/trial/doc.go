// Package trial makes random alarms on one metric with random data, for a
// differential test of a server beside package alarm: every operator, every
// treatment of missing data, basic and extended statistics, periods of 10 s to
// a day, up to 20 evaluation periods; data that breach, recover, thin out and
// fall silent, of several units, as values, weighted values and statistic sets,
// out of order.
//
// Start from New, Generator.Trial and Trial.Run. All is decided by the random
// source. Values are quarters around the threshold, the threshold itself among
// them, and weights are around the bounds of few samples, so that sums are exact
// and comparisons meet equal numbers.
//
// All data of a trial are younger than the tier that its period needs.
package trial
