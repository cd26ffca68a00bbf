// Package kill holds the test that an acknowledgement means what it says: a
// server process is killed with SIGKILL again and again while another process
// writes, and after each restart every acknowledged datum is there exactly
// once. It holds tests only.
package kill
