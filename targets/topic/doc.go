// Package topic keeps SNS-like topics and their subscriptions in the catalog,
// and carries what is published to the subscribers.
//
// Start from Service, Name and Subscription. A publish is one transaction: a
// message for each queue that is subscribed, and a delivery in the outbox for
// each http subscriber. Deliver publishes a delivery whose target is a topic
// within the engine's transaction; Send is the engine's way to http
// subscribers. Nothing is sent to a subscriber that has not confirmed, save
// the request to do so.
//
// Messages are signed as SNS signs them, with a key of our own; Signer serves
// the certificate. Filters, FIFO topics, and the protocols that need a world
// outside (mail, functions, phones) are refused by name until they exist.
package topic
