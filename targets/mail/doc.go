// Package mail sends mail through one SMTP relay.
//
// Start from Options, New and Sender.Send. A message is a plain text or a Sheet with
// an HTML form of the same beside it, or a text for programs alone. What comes from
// outside (subjects, names, addresses) cannot add a header or a recipient.
//
// A failure is a *targets.Failure: what the relay refuses for good (5xx) is
// permanent, everything else is worth another try. Connections are kept and
// shared, their number is bounded: who finds none waits, as long as its context
// lets it. A message that the relay has taken, and whose acknowledgement is
// lost, is sent again under the same Message-ID.
//
// Left to others: when to try again, and who may be written to.
package mail
