package journal

import (
	"encoding/binary"
	"errors"
	"time"
)

// The kinds of keys, their first byte (docs/formats/journal.md).
const (
	stateKind  = 0x00 // the version of the format and the next log's ID
	nameKind   = 0x01 // a log's name -> its ID
	recordKind = 0x02 // log, time, ID -> value
	bucketKind = 0x03 // log, hour -> what the log holds of that hour
)

// bucketMillis is the width of a bucket, the grain of retention: an hour.
const bucketMillis = int64(time.Hour / time.Millisecond)

// maxID is the longest ID of a record in bytes.
const maxID = 1024

var errBadKey = errors.New("journal key is malformed")

// signed has instants before 1970 sort before those after.
func signed(n int64) uint64 { return uint64(n) ^ 1<<63 }

func unsigned(n uint64) int64 { return int64(n ^ 1<<63) }

// logKey is the beginning of all keys of a kind of a log.
func logKey(kind byte, log uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{kind}, log)
}

// numberKey is logKey with a number behind it, in whose order the keys are.
func numberKey(kind byte, log uint64, n int64) []byte {
	return binary.BigEndian.AppendUint64(logKey(kind, log), signed(n))
}

// recordKey is a record's key. Times are kept to the millisecond.
func recordKey(log uint64, p Position) []byte {
	return append(numberKey(recordKind, log, p.Time.UnixMilli()), p.ID...)
}

// readRecordKey is recordKey's inverse.
func readRecordKey(key []byte) (log uint64, p Position, err error) {
	if len(key) < 17 || key[0] != recordKind {
		return 0, p, errBadKey
	}
	millis := unsigned(binary.BigEndian.Uint64(key[9:17]))
	return binary.BigEndian.Uint64(key[1:9]), Position{time.UnixMilli(millis).UTC(), string(key[17:])}, nil
}

// readBucketKey reads the key of a bucket.
func readBucketKey(key []byte) (log uint64, bucket int64, err error) {
	if len(key) != 17 || key[0] != bucketKind {
		return 0, 0, errBadKey
	}
	return binary.BigEndian.Uint64(key[1:9]), unsigned(binary.BigEndian.Uint64(key[9:17])), nil
}

// bucketOf is the number of hours from 1970 to t, rounded down.
func bucketOf(t time.Time) int64 {
	millis := t.UnixMilli()
	b := millis / bucketMillis
	if millis%bucketMillis < 0 {
		b--
	}
	return b
}
