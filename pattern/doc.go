// Package pattern compiles event patterns and finds the patterns that an event
// matches. It is vocabulary: rules, topic filters and archives use it, and it
// knows none of them.
//
// Start from Compile, which reads the JSON text of a pattern and refuses a bad
// one with AWS's text, and from Set, which holds many patterns under keys of
// the caller's choice and answers Match with the keys that an event satisfies.
// A Pattern alone answers Match, too.
//
// Promises: a Pattern is immutable. A Set may be read and changed from any
// number of goroutines; a reader takes no lock and works on one version of the
// set, so a pattern that is put again under its key is seen either as it was
// or as it is. An event's bytes are read once and nothing outside the paths
// that some pattern names is decoded. The time of a match grows with the bytes
// of the event and with the patterns that come near to matching, not with the
// patterns in the set; no pattern and no event makes it grow exponentially.
//
// Left to others: that an event is valid JSON (Match looks only at what it
// walks over), the form of the envelope, and the limit on a pattern's length.
//
// The language is that of EventBridge's user guide, its corners as AWS's
// published engine has them. DESIGN.md says how it is done and what was not.
package pattern
