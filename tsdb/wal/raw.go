package wal

import (
	"encoding/binary"
	"math"
	"math/bits"

	"skywatch/metric"
	"skywatch/tsdb/chunk"
)

// AppendRaw appends the record of a batch of raw series; keys[i] is the key of
// all[i].ID.
func AppendRaw(dst []byte, keys [][]byte, all []metric.RawSeries) []byte {
	dst = append(dst, byte(Raw))
	dst = binary.AppendUvarint(dst, uint64(len(all)))
	var key []byte
	var time metric.Instant
	for i := range all {
		shared := sharedPrefix(key, keys[i])
		key = keys[i]
		dst = binary.AppendUvarint(dst, uint64(shared))
		dst = binary.AppendUvarint(dst, uint64(len(key)-shared))
		dst = append(dst, key[shared:]...)
		dst = binary.AppendUvarint(dst, uint64(len(all[i].Samples)))
		var last uint64
		for _, s := range all[i].Samples {
			dst = binary.AppendVarint(dst, int64(s.Time-time))
			v := math.Float64bits(s.Value)
			dst = binary.AppendUvarint(dst, bits.ReverseBytes64(v^last)) // an equal value takes a byte
			time, last = s.Time, v
		}
		dst = chunk.AppendHistograms(dst, all[i].Samples)
	}
	return dst
}

// DecodeRaw calls fn for each series of a record in order. The key and the
// samples are valid during the call only, their histograms for good.
func DecodeRaw(b []byte, fn func(key []byte, samples []metric.RawSample) error) error {
	r := reader{b: b}
	if r.byte() != byte(Raw) {
		return errRecord
	}
	var (
		key     []byte
		samples []metric.RawSample
		time    metric.Instant
	)
	n := r.uvarint()
	for i := uint64(0); i < n && !r.failed; i++ {
		shared := r.uvarint()
		if shared > uint64(len(key)) {
			return errRecord
		}
		key = append(key[:shared], r.bytes(r.uvarint())...)
		count := r.uvarint()
		if count > uint64(len(r.b)) { // a sample takes two bytes at least
			return errRecord
		}
		samples = samples[:0]
		var last uint64
		for range count {
			time += metric.Instant(r.varint())
			last ^= bits.ReverseBytes64(r.uvarint())
			samples = append(samples, metric.RawSample{Time: time, Value: math.Float64frombits(last)})
		}
		if r.failed {
			break
		}
		var err error
		if r.b, err = chunk.ReadHistograms(r.b, samples); err != nil {
			return errRecord
		}
		if err := fn(key, samples); err != nil {
			return err
		}
	}
	if r.failed || len(r.b) > 0 {
		return errRecord
	}
	return nil
}
