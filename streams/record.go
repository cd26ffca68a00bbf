package streams

import (
	"encoding/binary"
	"errors"
	"time"

	"skywatch/journal"
)

// Record is one record of a stream.
type Record struct {
	Data         []byte
	PartitionKey string
	// HashKey takes the place of the partition key's hash where it is set; it is
	// not kept.
	HashKey string
	// Sequence and Arrived are given when it is put.
	Sequence string
	Arrived  time.Time
}

// size is what AWS counts: data and partition key.
func (r *Record) size() int { return len(r.Data) + len(r.PartitionKey) }

// value is what the journal keeps: the length of the key, the key, the data.
func (r *Record) value() []byte {
	b := binary.AppendUvarint(make([]byte, 0, r.size()+binary.MaxVarintLen64), uint64(len(r.PartitionKey)))
	return append(append(b, r.PartitionKey...), r.Data...)
}

var errValue = errors.New("record of a stream is malformed")

// readRecord reads a record of a shard's log.
func readRecord(shard int, rec journal.Record) (r Record, p place, err error) {
	if p, err = placeOf(rec.Position); err != nil {
		return r, p, err
	}
	length, n := binary.Uvarint(rec.Value)
	if n <= 0 || length > uint64(len(rec.Value)-n) {
		return r, p, errValue
	}
	rest := rec.Value[n:]
	r = Record{
		PartitionKey: string(rest[:length]), Data: append([]byte{}, rest[length:]...), Sequence: sequence(shard, p), Arrived: p.time(),
	}
	return r, p, nil
}
