package tsdb

import (
	"context"
	"sync"
	"time"

	"skywatch/metric"
	"skywatch/tsdb/wal"
)

const (
	// repeatWindow is how long a batch is known again. SDKs try for a minute or
	// two; a client that starts again (an import) gets time to do so.
	repeatWindow = 15 * time.Minute
	// maxRemembered bounds the batches that are known, to some 15 MB of memory:
	// 290 requests a second in the window. Beyond, the oldest are forgotten before
	// their time, and counted (Repeats.Crowded).
	maxRemembered = 1 << 18
)

// stamp says which batch a record is and when it came. The zero value is a
// batch that is never known again.
type stamp struct {
	id metric.BatchID
	at metric.Instant
}

func (m stamp) none() bool { return m.id == metric.BatchID{} }

// begin appends the beginning of the batch's record.
func (m stamp) begin(dst []byte) []byte {
	if m.none() {
		return dst
	}
	return wal.AppendOnce(dst, m.id, m.at)
}

// over reports whether the batch is no longer known at now.
func (m stamp) over(now metric.Instant) bool { return m.at.Add(repeatWindow) < now }

// Repeats are figures of the batches that must count once.
type Repeats struct {
	Known   int    // batches that are remembered
	Count   uint64 // of batches that came again and were not appended
	Crowded uint64 // batches that were forgotten before their time
}

// repeats knows the batches of the last repeatWindow. A batch gets in once its
// record is durable, never before, so what is here may be acknowledged. It lives
// in memory; on disk it is in the log's records and, before these are cut, in
// Pebble (sealStamps).
type repeats struct {
	limit int

	mu      sync.Mutex
	pending map[metric.BatchID]chan struct{} // being appended; closed at the end
	known   map[metric.BatchID]metric.Instant
	// order has the known in the order in which they came. Its first element has
	// the position first, counted from the start.
	order  []stamp
	first  uint64
	sealed uint64 // the position up to which Pebble has them
	slabs  []slab // what Pebble has, oldest first
	count  uint64
	lost   uint64
}

func newRepeats(limit int) repeats {
	return repeats{limit: limit, pending: map[metric.BatchID]chan struct{}{}, known: map[metric.BatchID]metric.Instant{}}
}

// begin reports that a batch is known already, or makes it the caller's to
// append, who says end then.
func (r *repeats) begin(ctx context.Context, id metric.BatchID, now metric.Instant) (repeated bool, err error) {
	for {
		repeated, ended := r.claim(id, now)
		if ended == nil {
			return repeated, nil
		}
		select {
		case <-ended: // well or badly: look again
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

// claim returns what to wait for, or nil if the matter is decided.
func (r *repeats) claim(id metric.BatchID, now metric.Instant) (repeated bool, ended chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if ended := r.pending[id]; ended != nil {
		return false, ended
	}
	if at, ok := r.known[id]; ok && !(stamp{id, at}).over(now) {
		r.count++
		return true, nil
	}
	r.pending[id] = make(chan struct{})
	return false, nil
}

// end wakes those who wait for the batch.
func (r *repeats) end(id metric.BatchID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.pending[id])
	delete(r.pending, id)
}

// add remembers a batch that is durable.
func (r *repeats) add(m stamp) {
	if m.none() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.push(m)
	r.forget(m.at)
}

// restore remembers a batch that was found on disk. Those that are over go with
// the next one that is added.
func (r *repeats) restore(m stamp) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at, ok := r.known[m.id]; ok && at >= m.at {
		return // in Pebble and in the log as well
	}
	r.push(m)
	r.crop()
}

func (r *repeats) push(m stamp) {
	r.known[m.id] = m.at
	r.order = append(r.order, m)
}

// forget drops what is over, and the oldest of too many; r.mu must be held.
func (r *repeats) forget(now metric.Instant) {
	for len(r.order) > 0 && r.order[0].over(now) {
		r.pop()
	}
	r.lost += r.crop()
}

// crop drops the oldest of too many and returns how many those were.
func (r *repeats) crop() (n uint64) {
	for ; len(r.order) > r.limit; n++ {
		r.pop()
	}
	return n
}

func (r *repeats) pop() {
	m := r.order[0]
	if r.known[m.id] == m.at { // it has not come anew since
		delete(r.known, m.id)
	}
	r.order = r.order[1:]
	r.first++
}

func (r *repeats) stats() Repeats {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Repeats{Known: len(r.known), Count: r.count, Crowded: r.lost}
}
