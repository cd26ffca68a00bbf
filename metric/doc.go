// Package metric is the vocabulary of time series: who owns a metric, what it
// is called, what a client sends (Sample), what is kept and read (Datapoint),
// and which number a Statistic takes from a Datapoint.
//
// Start from ID, Sample, Datapoint and Statistic. The package holds no state,
// reads no clock and imports only metric/sketch. Everything in it is a value:
// safe for concurrent reads, copied freely; a Datapoint's Distribution is a
// pointer and belongs to whoever made the Datapoint.
//
// Sums are float64 and are added in the order of arrival: two orders may
// differ in the last bits, never by more.
package metric
