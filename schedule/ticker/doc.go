// Package ticker keeps planned times on disk and has their owners act on each
// of them once.
//
// Start from Plans, with which an owner sets and removes plans in its own
// transactions, and from Ticker, which sleeps until the earliest plan and calls
// the Owner at the planned time. What the owner does and the move of the plan
// to its next time are one transaction.
//
// Promises: a planned time that was acted on is not acted on again, whatever
// happens: kill -9, a restart, a clock that is set forward, back, or first one
// and then the other. After a clock was set back a plan goes on with the first
// planned time that has not been acted on. An owner that fails is asked again
// later and holds nobody up. Any number of plans may fall on one instant: they
// are read from disk a batch at a time, a transaction acts on few of them, and
// owners take turns.
//
// Left to others: when a plan is due next, and what becomes of times that
// passed while nothing ran (Tick says how late it is; the owner decides, and
// says in Then how many it passed over).
package ticker
