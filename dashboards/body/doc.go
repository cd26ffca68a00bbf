// Package body judges the bodies of dashboards: JSON texts that say which widgets
// there are, where they stand and what they show.
//
// Start from Check, which gives a Report: errors, for which a body is not taken,
// and warnings, with which it is. The rules are those of cloudwatch.md 19.2 and
// 19.3. The words of most findings have the form that CloudWatch's own have
// ("Should be string", "Should NOT have more than 25 items"); where a rule names
// none that is known, they are ours and marked (inferred).
//
// A rule is a function from a value and its place to findings, and rules are put
// together from smaller ones (rule.go): widget.go and its neighbours read as the
// tables of the specification.
//
// Promises: Check is a pure function of the text; it takes time and memory linear
// in it, recurses no deeper than maxDepth, and never panics. What is kept and
// whose it is are left to dashboards, and drawing to others.
package body
