// Package statsd takes StatsD's datagrams, with DogStatsD's tags and packed
// values, and makes metric data of them.
//
// Start from New. Serve reads a socket into the Service; its gather.Writer, which
// Run runs, writes an interval once it has ended, and Close what is left at the
// end. Parse reads one line; docs/statsd.md says what becomes of each type.
//
// Promises: counts are exact, whatever the order of the lines and whoever sends
// them, as long as there is memory for them: what there is none for is refused
// and counted. A line that breaks a rule is refused alone, counted, and told to
// the log once a minute. An interval that the store did not take is tried again;
// several wait, and the oldest is given up, which is counted.
//
// Left to others: that datagrams get here (nobody), the rules of names and
// dimensions (ingest), who may send (the network: the protocol knows no keys).
package statsd
