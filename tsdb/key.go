package tsdb

import (
	"encoding/binary"
	"errors"
	"fmt"

	"skywatch/metric"
)

// The keys in Pebble. Each begins with the partition, so that a partition is
// one range of keys, and then a byte that says what follows; the codes of
// tiers are such bytes. docs/formats/keys.md tells every byte.
const (
	keyState  byte = 0x00 // how far the log is applied, and the next series id
	keySeries byte = 0x01 // a series' entry, by id
	keyLast   byte = 0x02 // a series' last datum, by id

	keyStamps byte = 0x01 // store-wide: batch ids, by number

	// storeWide is in place of a partition where keys are of the whole store.
	storeWide uint16 = 0xffff

	chunkKeyBytes  = 2 + 1 + 1 + 4 + 8 + 4
	bucketKeyBytes = 2 + 1 + 1 + 4 // the prefix that all keys of a bucket share
)

func appendPrefix(dst []byte, partition uint16, code byte) []byte {
	return append(binary.BigEndian.AppendUint16(dst, partition), code)
}

func stateKey(partition uint16) []byte { return appendPrefix(nil, partition, keyState) }

// appendSeriesKey appends a keySeries or keyLast key.
func appendSeriesKey(dst []byte, partition uint16, code byte, id uint64) []byte {
	return binary.BigEndian.AppendUint64(appendPrefix(dst, partition, code), id)
}

// signBit turns the order of signed numbers into that of their bytes.
const signBit = 1 << 31

func appendBucketKey(dst []byte, partition uint16, t *tier, class uint8, bucket int32) []byte {
	dst = append(appendPrefix(dst, partition, t.code), class)
	return binary.BigEndian.AppendUint32(dst, uint32(bucket)^signBit)
}

// appendSpanKey appends the prefix of all chunks of one series in a bucket.
func appendSpanKey(dst []byte, partition uint16, t *tier, class uint8, bucket int32, id uint64) []byte {
	return binary.BigEndian.AppendUint64(appendBucketKey(dst, partition, t, class, bucket), id)
}

// appendChunkKey appends the key of the chunk of a series that holds the
// instant at.
func appendChunkKey(dst []byte, partition uint16, t *tier, class uint8, id uint64, at metric.Instant) []byte {
	bucket := t.bucketOf(at)
	dst = appendSpanKey(dst, partition, t, class, bucket, id)
	offset := (t.blockStart(at) - t.bucketStart(bucket)) / 1000
	return binary.BigEndian.AppendUint32(dst, uint32(offset))
}

// chunkKey is a chunk's key taken apart.
type chunkKey struct {
	bucket int32
	id     uint64
	offset metric.Instant // of the block from the bucket's start
}

// parseChunkKey reads a key behind its partition, tier and class.
func parseChunkKey(key []byte) (chunkKey, error) {
	if len(key) != chunkKeyBytes {
		return chunkKey{}, fmt.Errorf("chunk key %x has %d bytes, not %d", key, len(key), chunkKeyBytes)
	}
	return chunkKey{
		bucket: int32(binary.BigEndian.Uint32(key[4:]) ^ signBit),
		id:     binary.BigEndian.Uint64(key[8:]),
		offset: metric.Instant(binary.BigEndian.Uint32(key[16:])) * 1000,
	}, nil
}

// parseSeriesKey returns the id in a keySeries or keyLast key.
func parseSeriesKey(key []byte) (uint64, error) {
	if len(key) != 3+8 {
		return 0, fmt.Errorf("series key %x has %d bytes, not %d", key, len(key), 3+8)
	}
	return binary.BigEndian.Uint64(key[3:]), nil
}

// state is the value of keyState.
type state struct {
	applied uint64 // every log record up to it is in the partition
	nextID  uint64 // not yet used for a series
}

const stateVersion = 1

func (s state) append(dst []byte) []byte {
	dst = append(dst, stateVersion)
	dst = binary.AppendUvarint(dst, s.applied)
	return binary.AppendUvarint(dst, s.nextID)
}

func parseState(b []byte) (state, error) {
	if len(b) == 0 || b[0] != stateVersion {
		return state{}, fmt.Errorf("partition state %x has a version that this program does not know", b)
	}
	applied, n := binary.Uvarint(b[1:])
	if n > 0 {
		if next, m := binary.Uvarint(b[1+n:]); m > 0 && 1+n+m == len(b) {
			return state{applied: applied, nextID: next}, nil
		}
	}
	return state{}, fmt.Errorf("partition state %x is malformed", b)
}

var errLast = errors.New("last datum is malformed")

// appendLast appends the value of keyLast.
func appendLast(dst []byte, last metric.Instant) []byte {
	return binary.AppendVarint(dst, int64(last/metric.Minute.Millis()))
}

func parseLast(b []byte) (metric.Instant, error) {
	minutes, n := binary.Varint(b)
	if n != len(b) || n <= 0 || minutes > maxTime || minutes < -maxTime {
		return 0, errLast
	}
	return metric.Instant(minutes) * metric.Minute.Millis(), nil
}
