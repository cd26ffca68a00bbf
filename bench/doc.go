// Bench measures what needs no other program and prints one table: what a
// datum costs on its way in, what a question costs, how long a start takes,
// what an idle server takes, how large data are on disk, and how fast an alarm
// acts. Run it with make bench, or go run ./bench -short for about a minute.
//
// The server under test is the binary as make build makes it, in a process and
// a data directory of its own; the load comes from this process over the Go
// SDK, so the generator is never part of a figure. Every answer that is read
// is compared with what was written.
//
// The figures to trust are CPU times, which /proc gives for the server's
// process, and their ratios: the machine is often shared, so times on the wall
// are for orientation. Nothing here passes or fails on a time.
//
// With -soak nothing is measured: a mixed load runs for some minutes and what
// the server holds meanwhile is printed, so that a leak shows.
//
// Start from rows.go; each row is a file that begins with row_. Peers are not
// measured here.
package main
