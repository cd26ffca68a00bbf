// Package event is the vocabulary of events: the envelope that every event on a
// bus wears. Start from Event. The package holds no state and imports nothing of
// the house; matching patterns, buses and rules are other rooms.
package event
