// Package insights is the slow model of the Metrics Insights language (section
// 10 of the behavioural specification). It was written from the specification
// alone and shares no code with the product.
//
// Start from Parse and Query.Answer.
//
// # Readings
//
// Where the specification leaves a choice (inferred):
//   - Whether a text about the syntax is wrapped in `Error in expression` is
//     open; so is which part `Invalid syntax near` quotes, and in which case a
//     reserved word is printed.
//   - A query without GROUP BY answers one series, also when nothing matches.
//     With GROUP BY a group whose metrics have no samples in the window is a
//     series without points.
//   - ORDER BY is the function of the points of a series, COUNT their number;
//     equals are in the order of their groups, series without points last.
//   - A window without a whole minute has no groups.
//   - Samples of all units are merged.
package insights
