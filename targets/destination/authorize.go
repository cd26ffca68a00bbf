package destination

import (
	"context"
	"errors"
	"sync"
	"time"

	"skywatch/catalog"
	"skywatch/targets"
)

const (
	// authorizeEvery is how often a connection whose endpoint does not answer
	// is tried again, beside the deliveries that need it.
	authorizeEvery = time.Minute
	// authorizeAtOnce is how many endpoints are asked at once.
	authorizeAtOnce = 8
)

// Run gets the first token of OAuth connections until ctx ends, so that their
// state tells whether it can be had.
func (s *Service) Run(ctx context.Context) error {
	s.authorizes.Run(ctx, s.Clock, func(ctx context.Context) (again time.Time) {
		left, err := s.authorizeAll(ctx)
		if err != nil && ctx.Err() == nil {
			s.Logger.Error("connections cannot be read", "err", err)
		}
		if left || err != nil {
			again = s.now().Add(authorizeEvery)
		}
		return again
	})
	return nil
}

// Settle returns once every connection that waits was tried, and when one is
// tried again, zero for never. It needs Run.
func (s *Service) Settle(ctx context.Context) (next time.Time, err error) {
	return s.authorizes.Settle(ctx)
}

// authorizeAll asks for the tokens of all connections that had none yet. left
// says that there were such.
func (s *Service) authorizeAll(ctx context.Context) (left bool, err error) {
	var waiting []Connection
	err = s.Catalog.View(func(r catalog.Reader) error {
		return connections.Scan(r, catalog.Range{}, func(key []string, c Connection) (bool, error) {
			if c.State == Authorizing {
				c.Name = nameOf(key)
				waiting = append(waiting, c)
			}
			return true, nil
		})
	})
	var asking sync.WaitGroup
	defer asking.Wait()
	room := make(chan struct{}, authorizeAtOnce)
	for i := range waiting {
		select {
		case room <- struct{}{}:
		case <-ctx.Done():
			return true, err
		}
		asking.Go(func() {
			defer func() { <-room }()
			s.authorize(ctx, &waiting[i])
		})
	}
	return len(waiting) > 0, err
}

func (s *Service) authorize(ctx context.Context, c *Connection) {
	a, err := c.open(s.Sealer)
	if err == nil {
		_, err = s.token(ctx, c, &a, "")
	}
	if err != nil && ctx.Err() == nil {
		s.Logger.Warn("connection is not authorized", "connection", c.ARN(), "err", err)
	}
}

// note has a connection's state tell how the last fetch of a token ended. A
// client that was refused is deauthorized; deliveries go on asking, and one
// token brings it back. An endpoint that does not answer changes nothing but
// the reason (inferred).
func (s *Service) note(ctx context.Context, c *Connection, failed error) {
	state, reason := Authorized, ""
	if failed != nil {
		state, reason = c.State, stateReason(failed)
		var f *targets.Failure
		if errors.As(failed, &f) && f.Code == targets.NoPermissions {
			state = Deauthorized
		}
		if state == Authorized || ctx.Err() != nil { // the token that is held may do
			return
		}
	}
	if state == c.State && reason == c.Reason {
		return
	}
	err := s.Catalog.Update(context.WithoutCancel(ctx), func(tx *catalog.Tx) error {
		now, ok, err := connections.Get(tx, c.parts()...)
		if err != nil || !ok || now.Revision != c.Revision {
			return err
		}
		if state == Authorized {
			now.Authorized = s.now()
		}
		now.State, now.Reason = state, reason
		return connections.Put(tx, now, c.parts()...)
	})
	if err != nil {
		s.Logger.Error("connection's state cannot be recorded", "connection", c.ARN(), "err", err)
	}
}

// longestReason is the model's bound of StateReason.
const longestReason = 512

func stateReason(err error) string {
	var f *targets.Failure
	if errors.As(err, &f) {
		err = f.Err
	}
	text := []rune(err.Error())
	return string(text[:min(len(text), longestReason)])
}
