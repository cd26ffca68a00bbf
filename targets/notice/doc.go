// Package notice reads what is delivered as people read it: an alarm's message,
// an event of EventBridge, the envelope of a topic, or any text.
//
// Start from Read. A Notice has what chats and mail show (a title, words,
// named fields, how bad it is) and a key that all notices about one thing share,
// so that the end of an alarm is known to belong to its beginning.
//
// Read never fails: what is of no known form is a text. It holds only data,
// nothing that can be called and grow, because templates of users work on it.
//
// Left to others: how it looks (targets/destination/template, targets/mail), and
// what alarms and rules send (alarms, rules).
package notice
