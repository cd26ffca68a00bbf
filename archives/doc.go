// Package archives keeps the events of a bus for later, and puts them on the
// bus again.
//
// Start from Service. An archive is a log of the journal and a managed rule on
// its bus, whose target is Take: archived events take the way of all
// deliveries, so what a bus accepted while the archive was there is in it. A
// replay is a record that says how far it is; Run carries the unfinished ones
// on, each in a goroutine of its own.
//
// Promises: an event is in an archive once, however often it is delivered. A
// replay's progress is committed with the deliveries it caused: after a crash
// it goes on behind the last event whose deliveries are on disk, and each
// delivery has the same ID in every life. Events are replayed in order of their
// times, at a bounded speed and with a bounded number of deliveries waiting.
// What was accepted before a replay began is in the archive before it reads.
// Replayed events never enter an archive.
//
// Left to others: which rules match (rules), how deliveries reach their targets
// (targets), the bytes on disk (journal).
package archives
