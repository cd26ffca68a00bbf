// Package queue keeps SQS-like standard and FIFO queues in the catalog.
//
// Start from Service, Name and Message. Every call that answers without an
// error is durable. A message is in the store from Send to Delete, its
// retention or a purge; Receive hides it for its visibility time-out and gives
// it a new receipt. Deliver puts a delivery into a queue within a transaction
// of somebody else, so that topics and the engine of targets add messages
// exactly once.
//
// A message that was received too often goes to the dead-letter queue in the
// transaction of the receive; a MoveTask brings such messages back, and goes on
// after a restart. In a FIFO queue the messages of a group come in the order of
// their sequence numbers, none while another of its group is in flight, and
// none twice under one deduplication id within five minutes.
//
// A standard queue is fair between the message groups in it: one with too much
// in flight comes after the others.
//
// Long polls wait without a goroutine of their own and without polling: for a
// message to be put, for the next hidden one to appear, or for the end. What
// is in memory is bounded by the number of queues in use.
package queue
