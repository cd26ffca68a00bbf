// Package driver is what drivers of capacity have in common, whether they change
// groups of instances or scalable targets: programs that are run, URLs that are
// called, and the one question after each, whether it is known what came of it.
//
// Start at [Run] and [Call]. Errors that [Unknown] marks are those after which
// the driver may have done what it was asked: it is asked for the same activity
// again. After any other error it has not.
//
// Promises: a program gets no shell and nothing of our environment but PATH, and
// it ends, with all that it started, when its time is up; what it writes is
// bounded. URLs are called under the rules for outbound calls.
//
// Left to others: what is asked, and what the answers mean.
package driver
