// Package topic keeps SNS-like topics and their subscriptions in the catalog,
// and carries what is published to the subscribers.
//
// Start from Service, Name and Subscription. A publish is one transaction: a
// message for each queue whose filter takes it, and a delivery in the outbox
// for each other subscriber. Deliver publishes a delivery whose target is a
// topic within the engine's transaction; Send is the engine's way to http
// subscribers and mailboxes, Pace the limit of their delivery policies. Nothing
// is sent to a subscriber that has not confirmed, save the request to do so. Queues,
// functions and API destinations of the topic's owner confirm themselves. Mail
// about an alarm is made for people.
//
// A FIFO topic numbers its messages and takes each deduplication id once in
// five minutes; its queues get them in that order, since they take what is
// theirs within the publish.
//
// Messages are signed as SNS signs them, with a key of our own; Signer serves
// the certificate. Access policies are kept and not enforced; phones are
// refused by name.
package topic
