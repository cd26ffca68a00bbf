package wal

import (
	"encoding/binary"

	"skywatch/metric"
)

// AppendOnce appends the beginning of a record that tells which batch it is and
// when it came; a record of any other type follows.
func AppendOnce(dst []byte, id metric.BatchID, at metric.Instant) []byte {
	dst = append(dst, byte(Once))
	dst = append(dst, id[:]...)
	return binary.AppendVarint(dst, int64(at))
}

// DecodeOnce takes a Once record apart; rest is the record that follows, a part
// of b.
func DecodeOnce(b []byte) (id metric.BatchID, at metric.Instant, rest []byte, err error) {
	r := reader{b: b}
	if r.byte() != byte(Once) {
		return id, 0, nil, errRecord
	}
	copy(id[:], r.bytes(uint64(len(id))))
	at = metric.Instant(r.varint())
	if r.failed || len(r.b) == 0 || RecordType(r.b[0]) == Once {
		return metric.BatchID{}, 0, nil, errRecord
	}
	return id, at, r.b, nil
}
