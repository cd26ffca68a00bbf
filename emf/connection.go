package emf

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"time"
)

// connection reads one connection's documents.
type connection struct {
	*Listener
	batch *Batch
	added int // documents in the batch
}

// serve reads a connection until it ends, or ctx does; then it keeps what was
// read and reads no more.
func (l *Listener) serve(ctx context.Context, conn net.Conn) {
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	c := connection{Listener: l, batch: l.Intake.Batch(l.Tenant)}
	r, long := bufio.NewReaderSize(conn, 64<<10), &bytes.Buffer{}
	for first := true; ; {
		_ = conn.SetReadDeadline(time.Now().Add(idle))
		line, err := readLine(r, long)
		if first && http(line) {
			c.refuse("it is an HTTP request")
			return
		}
		first = false
		if err == nil || errors.Is(err, io.EOF) { // the last line needs no end; one that broke off is none
			c.take(line)
		}
		if err != nil || c.batch.Full() || !more(r) {
			if !c.keep(ctx) {
				return
			}
		}
		if err != nil {
			c.ended(conn, err)
			return
		}
	}
}

// take adds the document of a line.
func (c *connection) take(line []byte) {
	line = bytes.TrimSpace(line)
	if len(line) == 0 {
		return
	}
	found, err := c.batch.Add(c.Now(), string(line))
	if err == nil && found {
		c.added++
		return
	}
	why := "it is no document of the embedded metric format"
	if err != nil {
		why = err.Error()
	}
	c.refuse(why)
}

// http reports whether a line begins a request of HTTP: a web page can have a
// browser send one here, with documents in it.
func http(line []byte) bool {
	line = bytes.TrimSpace(line)
	return bytes.HasSuffix(line, []byte("HTTP/1.1")) || bytes.HasSuffix(line, []byte("HTTP/1.0"))
}

func (c *connection) refuse(why string) {
	c.counts.refused.Add(1)
	if n, tell := c.refusal.Add(c.Now()); tell {
		c.Logger.Warn("lines on the socket for the embedded metric format are refused", "lines", n, "last", why)
	}
}

// keep keeps the batch, however often it must be tried, until ctx ends: then once.
// It reports whether that went well.
func (c *connection) keep(ctx context.Context) bool {
	for {
		err := c.attempt(ctx)
		if err == nil {
			c.counts.taken.Add(int64(c.added))
			c.added = 0
			return true
		}
		if ctx.Err() != nil {
			c.Logger.Error("documents of the embedded metric format are lost", "documents", c.added, "err", err)
			c.counts.lost.Add(int64(c.added))
			return false
		}
		if n, tell := c.delay.Add(c.Now()); tell {
			c.Logger.Warn("documents of the embedded metric format cannot be kept; it is tried again", "times", n, "err", err)
		}
		c.pause(ctx)
	}
}

func (c *connection) attempt(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keeping)
	defer cancel()
	return c.batch.Keep(ctx)
}

// ended tells of a line that is too long; any other end is the sender's affair.
func (c *connection) ended(conn net.Conn, err error) {
	if !errors.Is(err, errLongLine) {
		return
	}
	c.counts.tooLong.Add(1)
	if n, tell := c.long.Add(c.Now()); tell {
		c.Logger.Warn("connections for the embedded metric format are closed", "connections", n, "last", conn.RemoteAddr().String(), "err", err)
	}
}
