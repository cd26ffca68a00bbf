// Package rules keeps event buses and their rules, and routes events: each
// event that arrives on a bus becomes one delivery per target of every rule
// that it matches.
//
// Start from Service: PutEvents takes what clients send, Publish takes events
// of this house in the transaction of their cause, Deliver takes what a rule of
// one bus sends to another. PutRule and PutTargets say what becomes of them;
// Input says what a target is sent.
//
// Promises: an event that was accepted has its deliveries on disk, all of them
// in one transaction; what no rule matches leaves nothing behind. Matching
// takes no lock. A change of a rule holds for every event that arrives after
// the change has returned; an event under way meanwhile sees the rule as it was
// or as it is. Rules and buses of different accounts and regions never meet,
// except by a bus's policy.
//
// Left to others: the language of patterns (pattern), how a delivery reaches
// its target, when it is tried again and who hears of its end (targets).
package rules
