// Package gather keeps what the program counts of itself and writes it into the
// time series: every two seconds, as long as it runs, and what is left at the
// end.
//
// Start from Sums, the table of counts that a room which counts has as a part:
// it adds up figures by place and minute. Writer is the half of it that writes,
// for who keeps counts in another way.
//
// Promises: to count takes no lock for longer than an addition, never waits for
// a writing and never fails. Memory is bounded: what does not fit until the next
// writing is not counted, and that is counted (Uncounted). While the time series
// take nothing, what was handed over is kept and tried again, and nothing more
// is asked for. Counts are best effort: what has not been written when the
// process is killed (two seconds) is lost.
package gather
