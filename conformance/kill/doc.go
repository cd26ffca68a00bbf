// Package kill holds the tests that an acknowledgement means what it says: a
// server process is killed with SIGKILL again and again while others write,
// and after each restart every acknowledged datum is there exactly once, every
// accepted event reaches all of its targets and every published message all of
// its subscribers; and a rule's planned times are each acted on once. It holds
// tests only.
package kill
