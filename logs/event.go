package logs

import (
	"encoding/binary"
	"errors"
	"sync/atomic"
	"time"

	"skywatch/journal"
)

// Event is one event of a stream.
type Event struct {
	Time     time.Time // to the millisecond
	Message  string
	Ingested time.Time // when it came here
}

const (
	// eventOverhead is what an event counts beyond its message (PutLogEvents).
	eventOverhead = 26
	// stampBytes are those in front of a message in the journal: when it came.
	stampBytes = 8
)

var errBadEvent = errors.New("log event is malformed")

// record is the journal's form of an event (docs/formats/journal.md).
func (e *Event) record(id string) journal.Record {
	value := binary.BigEndian.AppendUint64(make([]byte, 0, stampBytes+len(e.Message)), uint64(e.Ingested.UnixMilli()))
	return journal.Record{Position: journal.Position{Time: e.Time, ID: id}, Value: append(value, e.Message...)}
}

// readEvent is record's inverse.
func readEvent(rec journal.Record) (Event, error) {
	if len(rec.Value) < stampBytes {
		return Event{}, errBadEvent
	}
	came := time.UnixMilli(int64(binary.BigEndian.Uint64(rec.Value))).UTC()
	return Event{rec.Time, string(rec.Value[stampBytes:]), came}, nil
}

// order gives the IDs of events, in whose order events of one time are: a
// number that grows, and which life of the server it is from, so that a clock
// that was set back cannot make an ID twice.
type order struct {
	last atomic.Uint64
	life [4]byte
}

// take returns the IDs of n events that come at a time.
func (o *order) take(n int, now time.Time) (id func(i int) string) {
	first := o.reserve(uint64(n), uint64(max(0, now.UnixNano())))
	return func(i int) string {
		return string(append(binary.BigEndian.AppendUint64(nil, first+uint64(i)), o.life[:]...))
	}
}

// reserve returns the first of n numbers that nobody else gets, not below at
// least.
func (o *order) reserve(n, least uint64) uint64 {
	for {
		last := o.last.Load()
		first := max(last+1, least)
		if o.last.CompareAndSwap(last, first+n-1) {
			return first
		}
	}
}

// deliveredID is the ID of an event that was delivered. Its first byte comes
// behind that of any number of an order until the year 2198.
func deliveredID(delivery string) string { return "d" + delivery }
