package agent

import "sync/atomic"

// Stats are the agent's own figures since New, in datums unless said
// otherwise.
type Stats struct {
	Collected  uint64 // read and handed to the buffer
	Sent       uint64 // acknowledged by the server
	Dropped    uint64 // oldest ones lost to a full buffer
	Rejected   uint64 // in batches that the server refused as wrong
	Refused    uint64 // never sent, since PutMetricData would refuse them
	Buffered   int    // waiting or under way
	Retries    uint64 // requests that failed and were put off
	ReadErrors uint64 // parts of the machine that could not be read
}

type counts struct {
	collected, sent, dropped, rejected, refused, retries, readErrors atomic.Uint64
}

func (c *counts) stats(buffered int) Stats {
	return Stats{
		Collected:  c.collected.Load(),
		Sent:       c.sent.Load(),
		Dropped:    c.dropped.Load(),
		Rejected:   c.rejected.Load(),
		Refused:    c.refused.Load(),
		Buffered:   buffered,
		Retries:    c.retries.Load(),
		ReadErrors: c.readErrors.Load(),
	}
}
