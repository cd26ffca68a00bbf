// Package tail shows the events of a bus to whoever is looking, as they arrive.
//
// Start from Hub, which is a rules.Observer, and Hub.Listen, which gives a
// Listener to ask for the next event.
//
// Promises: an event that arrives is passed to the listeners of its bus without
// waiting for any of them; a listener that is too slow misses events and is told
// how many, in their place. Memory and listeners are bounded. Without listeners
// an event costs one atomic read. Patterns are matched by the listener, not on
// the path of events. Nothing is kept: a listener sees what arrives while it
// listens.
//
// Left to others: who may listen, and how it is sent.
package tail
