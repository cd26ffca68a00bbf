package agent

import (
	"context"
	"slices"
	"sync"
)

// Limits of one PutMetricData request (cloudwatch.md 3.2): 1000 datums, and 1
// MB, of which the CloudWatch agent too leaves some for the frame.
const (
	maxBatchDatums = 1000
	maxBatchBytes  = 900_000
)

// buffer holds the datums that wait to be sent, oldest first. It is bounded:
// when full, push drops the oldest. One goroutine pushes, one takes.
type buffer struct {
	limit   int
	ready   chan struct{} // holds a token after a push
	closing chan struct{} // closed by close

	mu     sync.Mutex
	chunks [][]Datum // none empty
	length int       // datums in chunks
	taken  int       // datums with the taker
	closed bool
}

func newBuffer(limit int) *buffer {
	return &buffer{limit: limit, ready: make(chan struct{}, 1), closing: make(chan struct{})}
}

// push adds datums at the end and returns how many old ones it dropped to keep
// the limit.
func (b *buffer) push(datums []Datum) (dropped int) {
	if len(datums) == 0 {
		return 0
	}
	b.mu.Lock()
	b.chunks = append(b.chunks, datums)
	b.length += len(datums)
	dropped = b.trim()
	b.mu.Unlock()
	select {
	case b.ready <- struct{}{}:
	default:
	}
	return dropped
}

// trim drops the oldest datums beyond the limit. Those with the taker count,
// but cannot be dropped.
func (b *buffer) trim() int {
	over := min(max(b.length+b.taken-b.limit, 0), b.length)
	b.length -= over
	for left := over; left > 0; {
		n := min(left, len(b.chunks[0]))
		b.cut(n)
		left -= n
	}
	return over
}

// cut removes the first n datums of the first chunk.
func (b *buffer) cut(n int) {
	if n < len(b.chunks[0]) {
		b.chunks[0] = b.chunks[0][n:]
		return
	}
	b.chunks[0] = nil // for the garbage collector
	b.chunks = b.chunks[1:]
}

// take waits for datums and returns the oldest, as many as one request holds.
// They are the caller's until settled or put back. It returns false when ctx
// ends, or when the buffer is closed and empty.
func (b *buffer) take(ctx context.Context) ([]Datum, bool) {
	for {
		batch, closed := b.next()
		if len(batch) > 0 {
			return batch, true
		}
		if closed {
			return nil, false
		}
		select {
		case <-b.ready:
		case <-b.closing:
		case <-ctx.Done():
			return nil, false
		}
	}
}

func (b *buffer) next() (batch []Datum, closed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	size := 0
	for len(b.chunks) > 0 {
		n, bytes := fitting(b.chunks[0], maxBatchDatums-len(batch), maxBatchBytes-size)
		if n == 0 {
			break
		}
		batch = append(batch, b.chunks[0][:n]...)
		size += bytes
		b.cut(n)
	}
	b.length -= len(batch)
	b.taken += len(batch)
	return batch, b.closed
}

// fitting returns how many of the first datums fit into count and bytes, and
// the bytes they take.
func fitting(datums []Datum, count, bytes int) (n, size int) {
	for n < min(len(datums), count) {
		s := datums[n].size()
		if size+s > bytes {
			break
		}
		n, size = n+1, size+s
	}
	return n, size
}

// settle forgets a taken batch: it was sent, or given up.
func (b *buffer) settle(batch []Datum) {
	b.mu.Lock()
	b.taken -= len(batch)
	b.mu.Unlock()
}

// putBack returns a taken batch to the front, and returns how many of it were
// dropped to keep the limit.
func (b *buffer) putBack(batch []Datum) (dropped int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.taken -= len(batch)
	b.length += len(batch)
	b.chunks = slices.Insert(b.chunks, 0, batch)
	return b.trim()
}

// close ends the pushing: take still returns what is left.
func (b *buffer) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.closed = true
		close(b.closing)
	}
}

// isClosed reports whether close was called.
func (b *buffer) isClosed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closed
}

// len counts the datums waiting and with the taker.
func (b *buffer) len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.length + b.taken
}
