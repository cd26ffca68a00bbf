// Package agent is the host agent: it reads this Linux machine every 10, 60 or
// 300 seconds and puts what it read through the public API, as the CloudWatch
// agent does: the same namespace (CWAgent), metric names, units, dimensions
// and the same choice between a level and the growth over an interval.
// METRICS.md lists every metric.
//
// Start from Config, New and Run. One collector a file (cpu.go, mem.go, ...)
// turns one reading of the machine into datums; buffer.go keeps them until
// sender.go has had them acknowledged.
//
// Promises. A datum keeps the time at which it was read, however late it is
// sent. What the server acknowledged is never sent again; a batch whose answer
// was lost is, so its datums may then count twice (PutMetricData has no
// idempotency key). The buffer is bounded: while the server is away the oldest
// datums go first, counted, and told in one log line when it is back. A batch
// that the server refuses as wrong is dropped, counted and logged. The first
// reading of a counter, and one that went backwards, publish nothing.
//
// It leaves to others: flags and environment (cmd/skywatch), credentials (the
// SDK's provider that Config carries), and running at all on other systems
// (New refuses with errors.ErrUnsupported).
package agent
