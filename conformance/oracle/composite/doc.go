// Package composite is a slow model of CloudWatch's composite alarms: a second
// opinion for random differential tests, written from section 15 of the
// behavioural specification alone. It shares no code with the product.
//
// Start from Parse and Rule.Holds, and from Suppressor, the state machine of
// action suppression over timed events.
//
// # Readings
//
// Where the specification leaves a choice, this model takes these:
//   - White space may stand between any two tokens, also between a state and
//     its parenthesis. TRUE and FALSE are read in any case, other keywords in
//     upper case only.
//   - A quoted reference may hold anything; a backslash escapes a quotation mark
//     or itself, and nothing else may follow one.
//   - A percentage of AT_LEAST is 1 to 100, a whole number.
//   - A timer that ends at the instant of an event has ended before it.
//   - While the phase is Alarm a change of the composite keeps it: its actions
//     are held.
package composite
