// Package scheduler is EventBridge Scheduler: groups of schedules, each of
// which sends its input to one target at its planned times.
//
// Start from Service: CreateSchedule and its neighbours keep definitions, Owner
// has a ticker.Ticker run them. A schedule's times are a pure function of its
// definition (type times): the expression on the clocks of its zone, between
// its dates, each moved within the flexible window by a hash, so that they are
// the same after a restart.
//
// Promises: a planned time becomes its delivery and the next planned time in
// one transaction; it is acted on once. Of recurring times that passed while
// nothing ran the latest one is made up for, if it is not older than the
// target's maximum event age; a one-time schedule runs late within that age. A
// change holds from the moment it has returned, a request with a client token
// that was seen is answered as the first one.
//
// Left to others: the language of expressions (schedule), sleeping until a time
// comes (schedule/ticker), how a delivery reaches its target, is tried again
// and ends (targets).
package scheduler
