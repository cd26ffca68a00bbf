// Package mute says when an alarm mute rule mutes: windows that begin by a
// schedule and last for a while.
//
//	cron(0 2 * * SUN) for PT4H in Europe/Berlin    Sundays, from 02:00 on, four hours
//	at(2026-12-23T00:00) for P7D                   once
//
// Start from [Parse], which takes the texts of PutAlarmMuteRule, and from
// [Schedule.At], which gives the window that an instant lies in.
//
// Promises: a Schedule is an immutable value, safe for concurrent use. It reads
// no clock, and computes: what it costs does not depend on how many windows
// overlap.
//
// A window begins when the clocks of the zone show the time, as package schedule
// reads them: not at a time that they skip in spring (but for at(), whose one
// window is put off), and the first time only where they repeat it in autumn. Its
// duration is elapsed time.
//
// Left to others: whom a rule mutes, and what follows when a window ends.
package mute
