package mail

import (
	"context"
	"errors"
	"net"
	"time"

	gomail "github.com/wneessen/go-mail"

	"skywatch/targets"
)

const (
	// maxConnections is how many sessions with the relay there are at once.
	maxConnections = 8
	// idleTime is how long one that is not used is kept: less than relays do.
	idleTime = 30 * time.Second
)

// Sender sends mail. It is safe for concurrent use.
type Sender struct {
	Options
	idle  chan *connection
	slots chan struct{}
}

// New returns a sender; Close it after use.
func New(o Options) (*Sender, error) {
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &Sender{Options: o, idle: make(chan *connection, maxConnections), slots: make(chan struct{}, maxConnections)}, nil
}

// Close ends the sessions that nobody uses.
func (s *Sender) Close() {
	for {
		select {
		case c := <-s.idle:
			c.quit()
		default:
			return
		}
	}
}

// Send hands a message to the relay.
func (s *Sender) Send(ctx context.Context, m Message) error {
	msg, err := s.compose(&m)
	if err != nil {
		return &targets.Failure{Code: targets.ClientError, Permanent: true, Err: err}
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return failure(ctx.Err())
	}
	c, err := s.take(ctx)
	if err != nil {
		return failure(err)
	}
	stop := context.AfterFunc(ctx, c.drop)
	err = c.client.SendWithSMTPClient(c.session, msg)
	if !stop() && err != nil {
		err = errors.Join(err, ctx.Err())
	}
	s.leave(c, err)
	if msg.IsDelivered() { // what went wrong then went wrong afterwards
		return nil
	}
	return failure(err)
}

// take returns a session that works, a new one if need be.
func (s *Sender) take(ctx context.Context) (*connection, error) {
	for {
		select {
		case c := <-s.idle:
			if time.Since(c.used) < idleTime && c.session.UpdateDeadline(s.Timeout) == nil && c.session.Noop() == nil {
				return c, nil
			}
			c.drop()
		default:
			return s.connect(ctx)
		}
	}
}

// leave keeps a session that is in order for the next message.
func (s *Sender) leave(c *connection, err error) {
	if err != nil {
		c.drop()
		return
	}
	c.used = time.Now()
	select {
	case s.idle <- c:
	default:
		c.quit()
	}
}

// failure says what an error means for the delivery.
func failure(err error) error {
	if err == nil {
		return nil
	}
	var (
		refused *gomail.SendError
		network net.Error
	)
	f := &targets.Failure{Code: targets.ServerError, Err: err}
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		f.Code = targets.Timeout
	case errors.As(err, &refused) && refused.ErrorCode()/100 == 5:
		f.Code, f.Permanent = targets.ClientError, true
	}
	return f
}
