package emf

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"skywatch/internal/seldom"
	"skywatch/metric"
)

// The bounds of a Listener.
const (
	MaxConnections = 64               // at once; one more is closed at once
	idle           = 10 * time.Minute // without a byte, after which a connection is closed
	again          = time.Second      // between two attempts to keep data
	keeping        = 5 * time.Second  // an attempt takes at most
)

// ListenerOptions are what a Listener works with.
type ListenerOptions struct {
	Intake *Intake
	Tenant metric.Tenant // whose the data are
	Now    func() time.Time
	Logger *slog.Logger
}

// Listener takes documents from TCP connections, one a line. Nothing is answered,
// as with the CloudWatch agent. While data cannot be kept it reads no further and
// tries again, so that senders wait.
type Listener struct {
	ListenerOptions
	socket  net.Listener
	counts  struct{ taken, refused, lost, turnedAway, tooLong atomic.Int64 }
	refusal seldom.Note
	delay   seldom.Note
	away    seldom.Note
	long    seldom.Note
}

// Listen opens the socket; Run serves it.
func Listen(address string, o ListenerOptions) (*Listener, error) {
	socket, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for the embedded metric format: %w", err)
	}
	return &Listener{ListenerOptions: o, socket: socket}, nil
}

// Addr is where it listens.
func (l *Listener) Addr() net.Addr { return l.socket.Addr() }

// ListenerStats counts since the start.
type ListenerStats struct {
	Taken      int64 // documents whose data are kept
	Refused    int64 // lines that are no document, or whose metrics break a rule
	Lost       int64 // documents that could not be kept before the end
	TurnedAway int64 // connections beyond MaxConnections
	TooLong    int64 // connections closed for a line that is too long
}

// Stats returns the counts so far.
func (l *Listener) Stats() ListenerStats {
	c := &l.counts
	return ListenerStats{c.taken.Load(), c.refused.Load(), c.lost.Load(), c.turnedAway.Load(), c.tooLong.Load()}
}

// Run takes connections until ctx ends, and returns when what was read from them
// is kept.
func (l *Listener) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = l.socket.Close() })
	defer stop()
	var open sync.WaitGroup
	defer open.Wait()
	free := make(chan struct{}, MaxConnections)
	for {
		conn, err := l.socket.Accept()
		switch {
		case ctx.Err() != nil || errors.Is(err, net.ErrClosed):
			if conn != nil {
				_ = conn.Close()
			}
			return nil
		case err != nil: // such as too many open files
			l.Logger.Warn("a connection for the embedded metric format is not taken", "err", err)
			l.pause(ctx)
			continue
		}
		select {
		case free <- struct{}{}:
			open.Go(func() {
				defer func() { <-free }()
				l.serve(ctx, conn)
			})
		default:
			l.turnAway(conn)
		}
	}
}

func (l *Listener) turnAway(conn net.Conn) {
	_ = conn.Close()
	l.counts.turnedAway.Add(1)
	if n, tell := l.away.Add(l.Now()); tell {
		l.Logger.Warn("connections for the embedded metric format are turned away", "connections", n, "at_once", MaxConnections)
	}
}

// pause waits until it is tried again, or ctx ends.
func (l *Listener) pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(again):
	}
}
