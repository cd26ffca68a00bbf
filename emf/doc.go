// Package emf reads the embedded metric format: log events in JSON that carry
// metric data ("Specification: Embedded metric format", CloudWatch user guide).
//
// Start from Read, which makes data of one document, and Intake, which takes
// documents and keeps their data. Listener is a TCP socket for documents, one a
// line, as the CloudWatch agent has it.
//
// Promises: a document counts whole or not at all; what Keep returned nil for is
// on disk, and the data of up to 8 MiB are kept by one append; memory is bounded.
// What a document expands to is bounded too, so that a small one cannot fill the
// store. A text that is no document costs the search for its mark.
//
// Left to others: the rules of data (ingest), the log events themselves (logs).
package emf
