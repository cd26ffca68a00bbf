// Package process runs programs that outlive the server: each in a session and a
// process group of its own, its output in a file, and a durable record of which
// process it is.
//
// Start from Open: it reads the records of an earlier life and knows again the
// processes that still run, by number and start time, so that the number of
// another process is never taken for one of ours. Start starts a program once
// under an identifier, Stop ends it with all of its group, Running tells which
// run, Run looks after them.
//
// Promises: a program that was started under an identifier is not started again
// under it, whenever the server is killed: the intent is on disk before the
// start, and a process whose number did not get there is found by the
// identifier in its environment. Nothing of the server's environment is handed
// on. A file of output holds MaxOutput and what is written within a second, and
// so does what went before it; of programs that have ended, the last
// keptOutputs files are kept. When the server stops, programs run on.
//
// What a program started in a session of its own is not found again. This is
// Linux's /proc; elsewhere nothing is started.
package process
