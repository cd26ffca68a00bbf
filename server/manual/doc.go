// Package manual is time that stands still until somebody moves it: for tests that
// must not wait for minutes to pass, and must not depend on how busy a machine is.
//
// Start from Clock, which is a targets.Clock, and from Hand, which moves one from
// one due time to the next and has everybody who acts do all that is due there
// before it goes on.
//
// Promises: whatever comes of a moment (an alarm's change, the deliveries of it,
// what their receivers send on) has happened before the next moment comes, in
// however many rounds. Moves come one after the other. One that is broken off
// leaves the clock at a moment that has been worked off or is to be at the next
// move; nothing is skipped.
//
// Left to others: who acts, and when each of them has something to do.
package manual
