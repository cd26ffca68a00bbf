package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// Position is a place in a log: that of the record with this time and ID.
type Position struct {
	Time time.Time // to the millisecond
	ID   string    // 1 to 1024 bytes
}

// Record is one record of a log.
type Record struct {
	Position
	Value []byte
}

// Size is what a log holds: records, and the bytes of their values as they were
// appended.
type Size struct{ Records, Bytes int64 }

func (s Size) plus(o Size) Size  { return Size{s.Records + o.Records, s.Bytes + o.Bytes} }
func (s Size) minus(o Size) Size { return Size{s.Records - o.Records, s.Bytes - o.Bytes} }

// version is the first byte of every value.
const version = 1

var errBadValue = errors.New("journal value is malformed")

// body takes the version off a value.
func body(value []byte) ([]byte, error) {
	switch {
	case len(value) == 0:
		return nil, errBadValue
	case value[0] != version:
		return nil, fmt.Errorf("%w: version %d", errBadValue, value[0])
	}
	return value[1:], nil
}

func appendValue(dst, value []byte) []byte { return append(append(dst, version), value...) }

func appendSize(dst []byte, s Size) []byte {
	dst = binary.AppendUvarint(append(dst, version), uint64(s.Records))
	return binary.AppendUvarint(dst, uint64(s.Bytes))
}

func readSize(value []byte) (s Size, err error) {
	b, err := body(value)
	if err != nil {
		return s, err
	}
	for _, to := range []*int64{&s.Records, &s.Bytes} {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > 1<<62 {
			return Size{}, errBadValue
		}
		*to, b = int64(v), b[n:]
	}
	if len(b) > 0 {
		return Size{}, errBadValue
	}
	return s, nil
}

// appendNumber writes an ID or the state.
func appendNumber(dst []byte, n uint64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, version), n)
}

func readNumber(value []byte) (uint64, error) {
	b, err := body(value)
	if err == nil && len(b) != 8 {
		err = errBadValue
	}
	if err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint64(b), nil
}
