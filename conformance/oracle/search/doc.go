// Package search is the slow model of SEARCH's language (section 9 of the
// behavioural specification): which metrics a text finds. It was written from
// the specification alone and shares no code with the product.
//
// Start from Parse and Query.Finds.
//
// # Readings
//
// Where the specification leaves a choice (inferred):
//   - Each token of a bare word stands for one or more whole tokens of the
//     text that follow each other; so `count1` finds CustomCount1, `couNT`
//     does not.
//   - A bare word ends at a blank, a quote, a parenthesis, a brace, a comma or
//     an equals sign.
//   - A property that a metric does not have is false, and true under NOT.
//   - Names in a schema and of properties are compared case-sensitively.
//   - Within the parentheses of a property there is no other property.
package search
