// Package mute is a slow model of alarm mute rules: a second opinion for random
// differential tests, written from section 16 of the behavioural specification
// alone. It shares no code with the product and looks at every minute.
//
// Start from Parse, Rule.Active, Rule.Next and Rule.Status.
//
// # Readings
//
// Where the specification leaves a choice, this model takes these:
//   - A window begins in each minute whose wall clock in the time zone matches
//     the expression, twice where the clock is put back and not at all where it
//     is put forward over it; Contested marks such schedules.
//   - Where both day of month and day of week are restricted, a day that matches
//     either is meant, as in cron; Contested.
//   - StartDate and ExpireDate cut windows: muting begins at StartDate within a
//     window that began earlier, and ends at ExpireDate.
package mute
