// Package doors takes events of other systems and puts them on buses: by
// CloudEvents 1.0 over HTTP, and by the signed webhooks of Git forges.
//
// Start from Service: CloudEvents takes a request of the first kind, Receive one
// for a Source, which is made with Create. docs/event-sources.md says how each
// form becomes an event.
//
// Promises: what was answered well is on disk, with all the deliveries that it
// causes. A request is taken whole or refused whole. An event that a sender
// repeats, with the same identity and within a window, is answered like the
// first one and put once. Secrets of sources lie sealed and are told once.
//
// Left to others: who may call (server), which buses there are and what becomes
// of events (rules).
package doors
