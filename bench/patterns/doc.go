// Package patterns is the event and the rules that the matcher is measured
// with: by go test -bench in pattern, by make bench, and by peers in the same
// run.
//
// Start from Event, Events and Mixes. Everything follows from seeds: two
// measurements see the same rules and events.
package patterns
