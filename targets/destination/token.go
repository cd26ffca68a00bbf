package destination

import (
	"context"
	"sync"
	"time"
)

const (
	// renewBefore is how long before its end a token is replaced (user guide,
	// "Authorization methods for connections").
	renewBefore = time.Minute
	// longestTokens is how many tokens are held.
	longestTokens = 10_000
)

// token is what a call shows as its authorization.
type token struct {
	header string
	// renew is when it is replaced by a fresh one, expires when it ends; zero:
	// not until it is refused.
	renew, expires time.Time
}

// newToken returns a token that lives as long as the endpoint said; nil: it
// did not say.
func newToken(header string, life *time.Duration, now time.Time) token {
	t := token{header: header}
	if life != nil {
		t.expires = now.Add(*life)
		t.renew = t.expires.Add(-min(renewBefore, *life/2))
	}
	return t
}

// before reports whether now is before t, where t is known.
func before(now, t time.Time) bool { return t.IsZero() || now.Before(t) }

// tokens are held in memory only, by the revision of their connection: after a
// restart, and after a change of its secrets, a connection gets a fresh one.
type tokens struct {
	mu       sync.Mutex
	held     map[string]token
	fetching map[string]*fetch
}

// fetch is the one call for a token of a connection that is under way.
type fetch struct {
	done  chan struct{} // closed once the rest is set
	token token
	err   error
}

// token returns what a call under the connection shows: the token that is
// held, unless it is the refused one or about to expire, or a fresh one. All
// calls that need one wait for the same fetch.
func (s *Service) token(ctx context.Context, c *Connection, a *Auth, refused string) (string, error) {
	t, f, mine := s.tokens.get(c.Revision, refused, s.now())
	if f == nil {
		return t.header, nil
	}
	if mine {
		f.token, f.err = s.fetch(ctx, a.Client)
		s.tokens.put(c.Revision, f)
		s.note(ctx, c, f.err)
	}
	select {
	case <-f.done:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if f.err != nil && t.header != "" && t.header != refused && before(s.now(), t.expires) {
		return t.header, nil // it is not over yet
	}
	return f.token.header, f.err
}

// get returns the token that is held; where a fresh one is needed also the
// fetch that gets it, and whether the caller is to make it.
func (ts *tokens) get(revision, refused string, now time.Time) (t token, f *fetch, mine bool) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t, ok := ts.held[revision]
	if ok && t.header != refused && before(now, t.renew) {
		return t, nil, false
	}
	if f, ok := ts.fetching[revision]; ok {
		return t, f, false
	}
	f = &fetch{done: make(chan struct{})}
	ts.fetching[revision] = f
	return t, f, true
}

// put ends a fetch.
func (ts *tokens) put(revision string, f *fetch) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	delete(ts.fetching, revision)
	if f.err == nil {
		ts.held[revision] = f.token
		for other := range ts.held {
			if len(ts.held) <= longestTokens {
				break
			}
			if other != revision {
				delete(ts.held, other)
			}
		}
	}
	close(f.done)
}

func (ts *tokens) forget(revision string) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	delete(ts.held, revision)
}
