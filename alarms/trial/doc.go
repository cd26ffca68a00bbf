// Package trial tries alarms on made-up data: a file says which alarms there are,
// what the series of their metrics look like, and in which state an alarm is to be
// at which time.
//
// Start from Read, which makes Tests of a file, and from Run, which plays a test in
// a House and tells what is not as expected. Report and JUnit write what came of it.
//
// Promises: a file that says something that is not understood is refused with its
// line; nothing in it is passed over. A test's time is virtual and begins at a
// fixed Monday: a run does not depend on when, where or how fast it runs.
//
// Left to others: the product itself, which is behind House.
package trial
