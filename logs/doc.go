// Package logs keeps log groups: streams of log events, as CloudWatch Logs has
// them.
//
// Start from Service. A group is a record of the catalog, a stream one too and a
// log of the journal, where its events are by time. Put adds what a client
// sends, Take what rules and schedules deliver, Append what functions write: it
// makes group and stream as it needs them. Events reads one stream in either
// direction; Search reads many at once, by the terms of a Filter.
//
// Promises: events are on disk before Put, Take or Append return nil; what was
// delivered is there once, however often it is delivered. Events of one time
// are in the order in which they came. Tokens are places between events: they
// stay good whatever is added, and reading on from the end gives the token back
// that was given. Memory is bounded by what one page holds and by the streams
// that are searched at once.
//
// Left to others: the bytes on disk and their retention by the hour (journal),
// how deliveries get here (targets), the shapes of AWS's API (api).
package logs
