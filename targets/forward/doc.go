// Package forward calls AWS, or whatever speaks like it, in the name of the
// operator: targets whose ARNs match a [Profile] of the configuration are
// reached there and not in this house.
//
// Start at [Profiles] and [Client.Call].
//
// Promises: a call is signed with the profile's credentials, bounded in time and
// in what is read of its answer, and made once: who calls it decides on another
// attempt, and the error, a *targets.Failure, says whether one makes sense. A
// redirect is not followed. No error and no log line holds a secret.
//
// An operator names the endpoints, so the rules for outbound calls of
// targets/webhook do not apply to them: they may be on this machine, in a private
// network, and without TLS. What a client of ours may choose of an address, the
// region of an ARN, is checked to be no more than one label of a host name.
//
// Left to others: which actions there are, and when they are tried again.
package forward
