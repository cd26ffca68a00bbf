// Package destination keeps connections and API destinations, and calls them:
// the webhooks of EventBridge.
//
// Start from Service. A Connection says how to authorize a call (basic, an API
// key, or a token of an OAuth endpoint) and what to add to it; a Destination is
// a URL with a method, a connection and a rate. Send carries a delivery to one
// as an HTTP call, Pace holds the deliveries back that its rate does not allow
// yet, and Run authorizes OAuth connections in the background. A Template gives
// calls the form that a chat or an incident service wants; PagerDuty hears of an
// alarm's states in their order.
//
// Promises: secrets are sealed in the catalog, bound to the connection that
// they belong to, and leave this package in calls only; no record, answer, log
// line or error shows them. Tokens are in memory only. The same delivery
// carries the same ID in every call. A call is made once per attempt, but
// once more where a refused token is replaced by a fresh one.
//
// Left to others: which addresses may be called (targets/webhook), when a
// failed call is made again (targets), what is delivered and what the dynamic
// parameters of a rule's target come to (rules), how templates look
// (targets/destination/template).
package destination
