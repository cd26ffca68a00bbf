package wal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"

	"skywatch/metric"
)

// RecordType is the first byte of a record. A new form of a record is a new
// type.
type RecordType byte

// The record types.
const (
	Samples RecordType = 1
	Delete  RecordType = 2
	Raw     RecordType = 3
	Once    RecordType = 4
)

// A sample's flag byte.
const (
	flagHighResolution = 1 << 0
	flagIncomplete     = 1 << 1
	flagValues         = 1 << 2
	shapeShift         = 3 // two bits: single, uniform or full
	flagBits           = 5
)

const (
	single  = 0 // SampleCount 1; Sum, Minimum and Maximum are one value
	uniform = 1 // Minimum = Maximum, Sum = Minimum * SampleCount: value, count
	full    = 2 // SampleCount, Sum, Minimum, Maximum
)

var errRecord = errors.New("record is malformed")

// AppendSamples appends the record of a batch; keys[i] is the key of
// samples[i].ID (metric.ID.AppendKey).
func AppendSamples(dst []byte, keys [][]byte, samples []metric.Sample) []byte {
	dst = append(dst, byte(Samples))
	dst = binary.AppendUvarint(dst, uint64(len(samples)))
	var key []byte
	var time metric.Instant
	for i := range samples {
		s := &samples[i]
		shared := sharedPrefix(key, keys[i])
		key = keys[i]
		dst = binary.AppendUvarint(dst, uint64(shared))
		dst = binary.AppendUvarint(dst, uint64(len(key)-shared))
		dst = append(dst, key[shared:]...)
		dst = appendSample(dst, s, time)
		time = s.Time
	}
	return dst
}

func appendSample(dst []byte, s *metric.Sample, previous metric.Instant) []byte {
	shape := shapeOf(s.Set)
	flags := shape << shapeShift
	if s.HighResolution {
		flags |= flagHighResolution
	}
	if s.Incomplete {
		flags |= flagIncomplete
	}
	if len(s.Values) > 0 {
		flags |= flagValues
	}
	dst = append(dst, flags, byte(s.Unit))
	dst = binary.AppendVarint(dst, int64(s.Time-previous))
	dst = appendSet(dst, s.Set, shape)
	if len(s.Values) > 0 {
		dst = binary.AppendUvarint(dst, uint64(len(s.Values)))
		for _, w := range s.Values {
			dst = appendFloat(dst, w.Value)
			dst = appendFloat(dst, w.Count)
		}
	}
	return dst
}

// DecodeSamples calls fn for each sample of a record in order. The key, the
// sample (whose ID is empty) and its Values are valid during the call only.
func DecodeSamples(b []byte, fn func(key []byte, s *metric.Sample) error) error {
	r := reader{b: b}
	if r.byte() != byte(Samples) {
		return errRecord
	}
	var (
		key []byte
		s   metric.Sample
	)
	n := r.uvarint()
	for i := uint64(0); i < n && !r.failed; i++ {
		shared := r.uvarint()
		if shared > uint64(len(key)) {
			return errRecord
		}
		key = append(key[:shared], r.bytes(r.uvarint())...)
		r.sample(&s)
		if r.failed {
			break
		}
		if err := fn(key, &s); err != nil {
			return err
		}
	}
	if r.failed || len(r.b) > 0 {
		return errRecord
	}
	return nil
}

// AppendDelete appends the record of the deletion of a metric's data.
func AppendDelete(dst, key []byte) []byte { return append(append(dst, byte(Delete)), key...) }

// DecodeDelete returns the key of a Delete record, a part of b.
func DecodeDelete(b []byte) ([]byte, error) {
	if len(b) < 2 || b[0] != byte(Delete) {
		return nil, errRecord
	}
	return b[1:], nil
}

// TypeOf returns the type of a record.
func TypeOf(b []byte) (RecordType, error) {
	if len(b) == 0 {
		return 0, errRecord
	}
	switch t := RecordType(b[0]); t {
	case Samples, Delete, Raw, Once:
		return t, nil
	default:
		return 0, fmt.Errorf("record has type %d, which this program does not know", t)
	}
}

func shapeOf(s metric.StatisticSet) byte {
	v := math.Float64bits(s.Minimum)
	switch {
	case math.Float64bits(s.Maximum) != v:
		return full
	case s.SampleCount == 1 && math.Float64bits(s.Sum) == v:
		return single
	case math.Float64bits(s.Minimum*s.SampleCount) == math.Float64bits(s.Sum):
		return uniform
	}
	return full
}

func appendSet(dst []byte, s metric.StatisticSet, shape byte) []byte {
	switch shape {
	case single:
		return appendFloat(dst, s.Minimum)
	case uniform:
		return appendFloat(appendFloat(dst, s.Minimum), s.SampleCount)
	default:
		dst = appendFloat(appendFloat(dst, s.SampleCount), s.Sum)
		return appendFloat(appendFloat(dst, s.Minimum), s.Maximum)
	}
}

// appendFloat appends f's bits with the bytes turned round, so that the zero
// bytes at the end of short numbers cost nothing.
func appendFloat(dst []byte, f float64) []byte {
	return binary.AppendUvarint(dst, bits.ReverseBytes64(math.Float64bits(f)))
}

func sharedPrefix(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
