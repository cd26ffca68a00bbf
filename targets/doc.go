// Package targets carries deliveries to what acts on them.
//
// A Delivery is committed to the outbox in the transaction of its cause
// (Engine.Enqueue), sent at least once under a stable idempotency key, retried
// with back-off, and ends in an Outcome that its cause hears of in the
// transaction that removes it from the outbox. One room per kind of target
// stands beneath: targets/topic and targets/queue.
package targets
