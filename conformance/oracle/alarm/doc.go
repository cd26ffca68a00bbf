// Package alarm is a slow model of CloudWatch's alarms: a second opinion for
// random differential tests, written from sections 11 to 14 of the behavioural
// specification alone. It shares no code with the product and keeps nothing
// between two instants: each evaluation fetches every slot of its range anew.
//
// Start from Definition and Backtest, which says what an alarm would have
// decided at every instant of a range; Decide is the decision of one instant.
// A Verdict knows which texts of StateReason are right (Reasons, DiffReason)
// and compares StateReasonData (DiffData). Contributors and PromQL are the
// alarms over many series. Package trial makes random alarms and data.
//
// # Readings
//
// Where the specification leaves a choice, this model takes these:
//   - Rule 7 of 12.2: while the breach is young the state is kept, whatever it
//     is, ALARM included.
//   - 12.3: "the state is kept" where a point of the window is insignificant
//     and neither rule 1 nor rule 2 decides; otherwise the other rules go on.
//     An insignificant point is a real one: nothing replaces it. p0 and p100
//     have no bound, so that all their points are significant.
//   - ALARM is decided by the newest M breaching points, OK by the newest
//     N-M+1 good ones, or by all where there are fewer.
//   - "J missing datapoints": any of all the missing ones, and as many as were
//     needed for the decision: so where the points alone decide and the
//     treatment is breaching or notBreaching, the missing ones may be told of
//     or not. Where no point is on the side of the decision but some on the
//     other, the text is only looked at for the treatment.
//   - A period under a minute sees data of standard resolution where their
//     minute begins, whole (see oracle.Model.Read).
//   - "K datapoints were unknown": for one also "1 datapoint was unknown".
//   - Reason data name the filled slots by timestamps of empty slots of the
//     range. How many of them: any of none, all the missing ones, as many as
//     a decision by M or N-M+1 points lacks; any number where nothing decided.
package alarm
