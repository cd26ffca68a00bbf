// Package template turns what an API destination is sent into the body that its
// receiver wants.
//
// Start from Check, Compile and Template.Render. Ready ones are Slack (a message in
// blocks), Teams (an Adaptive Card for a workflow's webhook) and PagerDuty (Events
// API v2: an alarm triggers, its OK resolves under the same key). Text is a text
// for people, or a Go text/template of the user's own.
//
// Promises: a body keeps the documented limits of its receiver, whatever the
// message holds, and nothing in a message becomes markup, a mention or a link. A
// user's template is compiled and tried when it is set; it works on data alone,
// and its steps and its output are bounded, so that none holds up a delivery. The
// same notice gives the same body.
//
// Left to others: what a message says (targets/notice), where templates and their
// secrets are kept (targets/destination).
package template
