// Package seldom bounds how often the same is said: what anybody who can send a
// byte can cause must not fill the log.
package seldom

import (
	"sync"
	"time"
)

// every is the time between two tellings.
const every = time.Minute

// Note is something that is told once a minute at most. Its zero value is ready;
// it is safe for concurrent use.
type Note struct {
	mu   sync.Mutex
	next time.Time
	n    int
}

// Add counts one more case, and reports whether it is to be told now and how many
// there were since the last telling, this one included.
func (n *Note) Add(now time.Time) (cases int, tell bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.n++
	if now.Before(n.next) {
		return 0, false
	}
	cases, n.n, n.next = n.n, 0, now.Add(every)
	return cases, true
}
