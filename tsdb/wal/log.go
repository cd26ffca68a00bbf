package wal

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Options says where a log is and how large its parts are.
type Options struct {
	FS  vfs.FS
	Dir string
	// SegmentBytes is the size at which a new segment is begun. 0: 16 MiB.
	SegmentBytes int64
	// QueueLength is how many callers of Append may wait for the committer;
	// more wait for room, under their context. 0: 1024.
	QueueLength int
}

func (o Options) withDefaults() Options {
	if o.SegmentBytes == 0 {
		o.SegmentBytes = 16 << 20
	}
	if o.QueueLength == 0 {
		o.QueueLength = 1024
	}
	return o
}

var (
	// ErrBroken is in the chain of every error after a sync failed: what is
	// on the disk is unknown, so nothing more is acknowledged.
	ErrBroken = errors.New("log is broken")
	// ErrClosed is returned for a record that came too late.
	ErrClosed = errors.New("log is closed")
)

// DamageError is damage that no crash explains.
type DamageError struct {
	File   string
	Offset int64
	Reason error
}

// Error implements error.
func (e *DamageError) Error() string {
	return fmt.Sprintf("log file %s is damaged at offset %d: %v", e.File, e.Offset, e.Reason)
}

// Unwrap returns the reason.
func (e *DamageError) Unwrap() error { return e.Reason }

// Log is an open log. It is safe for concurrent use.
type Log struct {
	opts     Options
	requests chan *request
	closing  chan struct{}
	stopped  chan struct{} // closed when the committer has ended

	committer committer

	mu       sync.Mutex
	segments []segment // oldest first
	last     uint64    // sequence number of the newest durable record
}

// segment is a segment file that exists.
type segment struct {
	number uint64
	first  uint64
	bytes  int64 // valid ones
}

type request struct {
	payload []byte
	seq     uint64
	err     error
	done    chan struct{}
}

// Append makes one record durable and returns its sequence number. While the
// queue is full it waits under ctx; once taken, the record's fate is decided
// by the disk and Append waits for it. payload is the caller's again after the
// return.
func (l *Log) Append(ctx context.Context, payload []byte) (uint64, error) {
	if len(payload) > MaxRecordBytes {
		return 0, fmt.Errorf("log record of %d bytes is over the limit of %d", len(payload), MaxRecordBytes)
	}
	r := &request{payload: payload, done: make(chan struct{})}
	select {
	case l.requests <- r:
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-l.closing:
		return 0, ErrClosed
	}
	select {
	case <-r.done:
	case <-l.stopped:
		select {
		case <-r.done:
		default:
			return 0, ErrClosed // never taken
		}
	}
	return r.seq, r.err
}

// Last returns the sequence number of the newest durable record.
func (l *Log) Last() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

// Bytes returns the size of the log on disk.
func (l *Log) Bytes() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	var n int64
	for _, s := range l.segments {
		n += s.bytes
	}
	return n
}

// Cut removes the segments that hold only records up to sequence number seq.
// The newest segment always stays.
func (l *Log) Cut(seq uint64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for n+1 < len(l.segments) && l.segments[n+1].first <= seq+1 {
		if err := l.opts.FS.Remove(l.path(l.segments[n].number)); err != nil {
			l.segments = l.segments[n:]
			return fmt.Errorf("cut log: %w", err)
		}
		n++
	}
	l.segments = l.segments[n:]
	return nil
}

// Close writes what waits and ends the committer.
func (l *Log) Close() error {
	close(l.closing)
	<-l.stopped
	return l.committer.close()
}

func (l *Log) path(number uint64) string {
	return l.opts.FS.PathJoin(l.opts.Dir, segmentName(number))
}
