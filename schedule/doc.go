// Package schedule reads AWS's schedule expressions and says when they run:
//
//	rate(5 minutes)            every five minutes from an instant on
//	cron(15 10 ? * 6L *)       10:15 on the last Friday of every month
//	at(2026-11-25T18:00:00)    once
//
// Start from [Parse], which takes the text and the [Dialect] of the service it
// was given to, and from [Expression.Next], which gives the first run after an
// instant. [Expression.In] puts an expression on the clocks of a time zone,
// [Expression.Since] starts a rate. [Upcoming] does it all for a preview.
//
// Promises: an Expression is an immutable value, safe for concurrent use. Next
// reads no clock, depends on nothing but its arguments, and computes: it walks
// months, never minutes, and looks at no more than the 230 years an expression
// can name. Instants are given in UTC.
//
// A local time that the clocks skip in spring is skipped; one that they repeat
// in autumn runs the first time only. A rate is elapsed time: its days have 24
// hours in every zone.
//
// Left to others: what runs, flexible windows, start and end dates, the
// duration of a mute window, runs missed while the process was down.
package schedule
