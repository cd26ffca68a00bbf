package runtime

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Bounds of what one environment may write.
const (
	maxCallOutput = 4 << 20  // bytes from one call's start to the next; the rest is counted and dropped
	flushAt       = 64 << 10 // bytes of lines that are handed to the sink together
	drainAtMost   = 1 << 20  // the most that a pipe holds, so that an endless writer cannot hold up the end of its call
)

// output makes lines of what an environment's processes write to stdout and
// stderr. The pipe is read all the time; at the end of a call it is drained,
// so that what was written before the end is in the call's log.
type output struct {
	spec Spec
	sink Sink
	now  func() time.Time

	file *os.File
	raw  syscall.RawConn
	done chan struct{} // closed when read has ended

	mu      sync.Mutex
	buffer  [32 << 10]byte
	partial []byte // a line without its end
	pending []Line // not yet handed to the sink
	size    int    // bytes of pending
	tail    []byte // the last bytes of the lines since the last call
	room    int    // bytes that the call may still write
	dropped int    // bytes over that
	lost    uint64 // all that was ever dropped
}

// newOutput takes the reading end of a pipe.
func newOutput(s Spec, file *os.File, sink Sink, now func() time.Time) (*output, error) {
	raw, err := file.SyscallConn()
	if err != nil {
		return nil, err
	}
	o := &output{spec: s, sink: sink, now: now, file: file, raw: raw, done: make(chan struct{}), room: maxCallOutput}
	go o.read()
	return o, nil
}

func (o *output) read() {
	defer close(o.done)
	for {
		ended := false
		err := o.raw.Read(func(fd uintptr) bool {
			n, err := o.take(fd)
			ended = err != nil && !errors.Is(err, syscall.EAGAIN)
			return ended || n > 0
		})
		if err != nil || ended {
			return
		}
	}
}

// take reads once, without waiting.
func (o *output) take(fd uintptr) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n, err := readNow(fd, o.buffer[:])
	if n > 0 {
		o.write(o.buffer[:n])
		return n, nil
	}
	if err == nil {
		err = io.EOF
	}
	return 0, err
}

// drain reads what is in the pipe now.
func (o *output) drain() {
	_ = o.raw.Control(func(fd uintptr) {
		for total := 0; total < drainAtMost; {
			n, err := o.take(fd)
			if err != nil {
				return
			}
			total += n
		}
	})
}

// write cuts bytes into lines.
func (o *output) write(b []byte) {
	if over := len(b) - o.room; over > 0 {
		o.dropped += over
		o.lost += uint64(over)
		b = b[:o.room]
	}
	o.room -= len(b)
	for len(b) > 0 {
		line, rest, whole := bytes.Cut(b, []byte("\n"))
		if n := MaxLine - len(o.partial); len(line) > n {
			line, rest, whole = b[:n], b[n:], true
		}
		o.partial = append(o.partial, line...)
		b = rest
		if whole {
			o.endLine()
		}
	}
}

func (o *output) endLine() {
	text := strings.ToValidUTF8(strings.TrimSuffix(string(o.partial), "\r"), "\ufffd")
	o.partial = o.partial[:0]
	o.add(text)
}

func (o *output) add(text string) {
	o.pending = append(o.pending, Line{Time: o.now(), Text: text})
	o.size += len(text)
	o.tail = append(append(o.tail, text...), '\n')
	if len(o.tail) > 4*MaxTail {
		o.tail = append(o.tail[:0], o.tail[len(o.tail)-MaxTail:]...)
	}
	if o.size >= flushAt {
		o.flush()
	}
}

// flush hands lines to the sink. The lock keeps them in order: a slow sink
// slows the function down.
func (o *output) flush() {
	if len(o.pending) > 0 && o.sink != nil {
		o.sink(o.spec, o.pending)
	}
	o.pending, o.size = nil, 0
}

// say adds lines of ours.
func (o *output) say(lines ...string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, line := range lines {
		o.add(line)
	}
}

// begin starts a call's log.
func (o *output) begin(start string) {
	o.drain()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.room = maxCallOutput
	o.add(start)
}

// finish ends a call's log with lines of ours and returns the end of all that
// came since the last call: a start's lines are in its first call's log.
func (o *output) finish(lines ...string) []byte {
	o.drain()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.partial) > 0 {
		o.endLine()
	}
	if o.dropped > 0 {
		o.add(fmt.Sprintf("[skywatch] %d bytes of output were dropped: more than %d in one call", o.dropped, maxCallOutput))
		o.dropped = 0
	}
	for _, line := range lines {
		o.add(line)
	}
	o.flush()
	tail := bytes.Clone(o.tail[max(0, len(o.tail)-MaxTail):])
	o.tail = o.tail[:0]
	return tail
}

// pass hands on what came so far.
func (o *output) pass() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.flush()
}

// close ends reading, also when a process that got away holds the pipe, and
// tells how many bytes were dropped.
func (o *output) close() uint64 {
	o.drain()
	_ = o.file.Close()
	<-o.done
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.partial) > 0 {
		o.endLine()
	}
	o.flush()
	return o.lost
}
