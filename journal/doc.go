// Package journal keeps logs of records that are only ever added: a record has
// a time, an ID and a value, and is found again by its time. What a record
// means belongs to the room that appends it.
//
// Start from DB: Create makes a log, Append adds records, Scan reads them in
// order of (time, ID), or against it, from any position on, Expire drops the
// old ones, Delete drops logs, Size tells what one holds.
//
// Promises: records are on disk (fsync) when Append returns nil; appends that
// run at the same time share a sync. The same (time, ID) appended again is the
// same record: the first value stays, nothing is counted twice, so whoever is
// not sure appends again. Counts and sizes are exact, also after a crash, since
// they are written together with what they count. A Scan sees the records of
// one moment and never waits for appends. A log that was deleted and made again
// under its name is empty.
//
// Left to others: which logs there are, how long their records are kept, and
// the clock.
package journal
