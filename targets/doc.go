// Package targets carries deliveries to what acts on them.
//
// A Delivery is committed to the Outbox in the transaction of its cause,
// carried by the Engine, retried with back-off, and ends in an Outcome that
// its cause hears of in the transaction that removes it. Start from
// Outbox.Enqueue, Options and Engine.Run; DESIGN.md has the reasons.
//
// Engine.Deliveries lists what was sent and Engine.Redrive puts back what was
// given up.
//
// Promises: a committed delivery is acted on at least once, under the same ID
// each time, or its Outcome says why not, and its dead letter, if it has a queue
// for one, is in the same commit. Targets of this house (topics and
// queues) act inside the transaction that removes the delivery: exactly once.
// Queues, being quick, act inside that of the cause where they can (Direct).
// For the others an attempt is recorded before it is made, so a crash never
// gives an attempt back; an Idempotent target needs no such record and takes many
// at once. There is no order between deliveries. Memory is
// bounded by the number of targets that have something waiting and by the
// deliveries under way; everything else waits on disk.
//
// One room per kind of target stands beneath, such as targets/topic and
// targets/queue; targets/webhook is the one client for calls to the outside.
package targets
