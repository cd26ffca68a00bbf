package wal

import (
	"fmt"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/durable"
)

// committer is the only writer of the log; it belongs to the goroutine that
// runs Log.run.
type committer struct {
	file vfs.File // nil: the next record begins a segment
	salt uint32
	end  int64 // of the valid bytes in the newest segment
	// number and next are the newest segment's number and the sequence number
	// that the next record gets.
	number uint64
	next   uint64
	frame  []byte
	group  []*request
	broken error // set by a failed sync, for good
}

func (c *committer) close() error {
	if c.file == nil {
		return nil
	}
	err := c.file.Close()
	c.file = nil
	return err
}

// run commits groups until Close.
func (l *Log) run() {
	defer close(l.stopped)
	for {
		select {
		case r := <-l.requests:
			l.commit(r)
		case <-l.closing:
			l.drain()
			return
		}
	}
}

func (l *Log) drain() {
	for {
		select {
		case r := <-l.requests:
			l.commit(r)
		default:
			return
		}
	}
}

// commit takes first and all that wait with it, makes them durable and wakes
// their callers.
func (l *Log) commit(first *request) {
	c := &l.committer
	l.gather(first)
	err := l.write()
	for i, r := range c.group {
		if r.err = err; err == nil {
			r.seq = c.next + uint64(i)
		}
	}
	if err == nil {
		c.next += uint64(len(c.group))
		l.publish()
	}
	for _, r := range c.group {
		close(r.done)
	}
	clear(c.group)
}

func (l *Log) gather(first *request) {
	c := &l.committer
	c.group = append(c.group[:0], first)
	for bytes := recordBytes(first.payload); bytes < maxGroupBytes; {
		select {
		case r := <-l.requests:
			c.group = append(c.group, r)
			bytes += recordBytes(r.payload)
		default:
			return
		}
	}
}

// write brings the group to the disk as one frame.
func (l *Log) write() error {
	c := &l.committer
	if c.broken != nil {
		return c.broken
	}
	if c.file == nil || c.end >= l.opts.SegmentBytes {
		if err := l.beginSegment(); err != nil {
			return err
		}
	}
	c.frame = beginFrame(c.frame[:0])
	for _, r := range c.group {
		c.frame = appendRecord(c.frame, r.payload)
	}
	finishFrame(c.frame, c.salt, c.next)
	size := int64(len(c.frame))
	if _, err := c.file.Write(c.frame); err != nil {
		_ = c.close() // what was written is a torn end; the next segment says where it begins
		return fmt.Errorf("write log: %w", err)
	}
	if err := c.file.SyncData(); err != nil {
		return c.breakOff(fmt.Errorf("sync log: %w", err))
	}
	c.end += size
	return nil
}

// breakOff remembers that a sync failed.
func (c *committer) breakOff(err error) error {
	c.broken = fmt.Errorf("%w: %w", ErrBroken, err)
	return c.broken
}

// publish tells the readers of Log's fields where the log stands.
func (l *Log) publish() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = l.committer.next - 1
	l.segments[len(l.segments)-1].bytes = l.committer.end
}

// beginSegment makes the next segment durable, empty, and turns to it.
func (l *Log) beginSegment() error {
	c := &l.committer
	h, err := newHeader(c.number+1, c.next, uint64(c.end))
	if err != nil {
		return fmt.Errorf("begin log segment: %w", err)
	}
	f, err := l.opts.FS.Create(l.path(h.number), writeCategory)
	if err != nil {
		return fmt.Errorf("begin log segment: %w", err)
	}
	if _, err := f.Write(h.append(nil)); err != nil {
		_ = f.Close()
		return fmt.Errorf("begin log segment: %w", err)
	}
	if err := f.Sync(); err != nil {
		_ = f.Close()
		return c.breakOff(fmt.Errorf("sync log segment: %w", err))
	}
	if err := durable.SyncDir(l.opts.FS, l.opts.Dir); err != nil {
		_ = f.Close()
		return c.breakOff(fmt.Errorf("sync log directory: %w", err))
	}
	_ = c.close() // synced to its end, or given up
	c.file, c.salt, c.end, c.number = f, h.salt, headerBytes, h.number
	l.mu.Lock()
	defer l.mu.Unlock()
	l.segments = append(l.segments, segment{number: h.number, first: h.first, bytes: headerBytes})
	return nil
}
