// Package queue keeps SQS-like standard and FIFO queues in the catalog.
//
// Start from Service, Name and Message. Every call that answers without an
// error is durable. A message is in the store from Send to Delete, its
// retention or a purge; Receive hides it for its visibility time-out and gives
// it a new receipt. Deliver puts a delivery into a queue within a transaction
// of somebody else, so that topics and the engine of targets add messages
// exactly once.
//
// Long polls wait without a goroutine of their own and without polling: for a
// message to be put, for the next hidden one to appear, or for the end. What
// is in memory is bounded by the number of queues in use. FIFO queues
// are refused by name until they exist.
package queue
