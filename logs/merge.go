package logs

import (
	"cmp"
	"container/heap"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"

	"skywatch/journal"
)

const (
	// mergeEvents and mergeBytes are what is read ahead of all streams of a
	// search, each having its share, but one event at least.
	mergeEvents = 4096
	mergeBytes  = 8 << 20
)

// pending is an event that was read and not yet looked at.
type pending struct {
	Event
	id string
}

// cursor reads one stream of a search.
type cursor struct {
	Stream
	rest   journal.Range // not read yet
	read   []pending
	events int // to read at once, at most
	bytes  int
}

// merge is a heap of the streams that have events left, the one with the
// earliest first.
type merge []*cursor

// merge begins to read streams, which are sorted by name, from a spot on.
func (s *Service) merge(in []Stream, rg journal.Range, from *spot) (*merge, error) {
	var m merge
	share := max(1, len(in))
	for _, st := range in {
		c := &cursor{Stream: st, rest: rg, events: max(1, mergeEvents/share), bytes: mergeBytes / share}
		c.rest.Since = from.since(st.Stream)
		if err := c.fill(s); err != nil {
			return nil, err
		}
		if len(c.read) > 0 {
			m = append(m, c)
		}
	}
	heap.Init(&m)
	return &m, nil
}

// fill reads the next events, if there are any.
func (c *cursor) fill(s *Service) error {
	bytes := 0
	c.read = c.read[:0]
	err := s.Journal.Scan(c.Log, c.rest, func(rec journal.Record) (bool, error) {
		bytes += len(rec.Value)
		if n := len(c.read); n == c.events || n > 0 && bytes > c.bytes {
			return false, nil
		}
		e, err := readEvent(rec)
		c.read = append(c.read, pending{e, rec.ID})
		return err == nil, err
	})
	if n := len(c.read); n > 0 {
		last := behind(journal.Position{Time: c.read[n-1].Time, ID: c.read[n-1].id})
		c.rest.Since = &last
	}
	if errors.Is(err, journal.ErrNoLog) { // deleted since it was found
		return nil
	}
	return err
}

// next goes on behind the first event that was read.
func (c *cursor) next(s *Service) error {
	if c.read = c.read[1:]; len(c.read) > 0 {
		return nil
	}
	return c.fill(s)
}

// Len implements heap.Interface.
func (m merge) Len() int { return len(m) }

// Less implements heap.Interface.
func (m merge) Less(i, j int) bool {
	a, b := m[i], m[j]
	return cmp.Or(a.read[0].Time.Compare(b.read[0].Time), cmp.Compare(a.Stream.Stream, b.Stream.Stream)) < 0
}

// Swap implements heap.Interface.
func (m merge) Swap(i, j int) { m[i], m[j] = m[j], m[i] }

// Push implements heap.Interface.
func (m *merge) Push(x any) { *m = append(*m, x.(*cursor)) }

// Pop implements heap.Interface.
func (m *merge) Pop() any {
	last := len(*m) - 1
	c := (*m)[last]
	*m = (*m)[:last]
	return c
}

// eventID is the ID that AWS's form wants for an event: 56 digits, which begin
// with the time.
func eventID(log string, p journal.Position) string {
	sum := sha256.Sum256(append([]byte(log+"\x00"), p.ID...))
	b := binary.BigEndian.AppendUint64(nil, uint64(p.Time.UnixMilli()))
	n := new(big.Int).SetBytes(append(b, sum[:16]...))
	return fmt.Sprintf("%056s", n.String())
}
