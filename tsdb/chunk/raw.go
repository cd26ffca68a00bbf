package chunk

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"

	"skywatch/metric"
)

// AppendRaw appends the chunk of samples of a raw series, sorted by time, each
// time once.
func AppendRaw(dst []byte, samples []metric.RawSample) []byte {
	dst = append(dst, version, byte(Raw))
	dst = binary.AppendUvarint(dst, uint64(len(samples)))
	if len(samples) == 0 {
		return dst
	}
	dst = binary.AppendVarint(dst, int64(samples[0].Time))
	var step metric.Instant
	for i := range samples[1:] { // a regular series takes a byte for each
		next := samples[i+1].Time - samples[i].Time
		dst = binary.AppendVarint(dst, int64(next-step))
		step = next
	}
	dst = append(dst, codecXOR)
	var last uint64
	for _, s := range samples {
		v := math.Float64bits(s.Value)
		dst = binary.AppendUvarint(dst, bits.ReverseBytes64(v^last))
		last = v
	}
	return dst
}

// DecodeRaw appends the samples of the chunk b to dst.
func DecodeRaw(dst []metric.RawSample, b []byte) ([]metric.RawSample, error) {
	r := reader{b: b}
	if err := r.header(Raw); err != nil {
		return dst, err
	}
	n := r.uvarint()
	if n > uint64(len(r.b)) { // a sample takes two bytes
		return dst, ErrMalformed
	}
	start := len(dst)
	dst = append(dst, make([]metric.RawSample, n)...)
	r.raw(dst[start:])
	if r.err == nil && len(r.b) > 0 {
		r.fail()
	}
	if r.err != nil {
		return dst[:start], r.err
	}
	return dst, nil
}

func (r *reader) raw(samples []metric.RawSample) {
	if len(samples) == 0 {
		return
	}
	time, step := int64(0), int64(0)
	for i := range samples {
		d := r.varint()
		if step += d; i == 0 {
			time, step = d, 0
		}
		if d > maxStart || d < -maxStart || i > 0 && (step <= 0 || step > maxStart-time) || time > maxStart || time < -maxStart {
			r.fail()
			return
		}
		time += step
		samples[i].Time = metric.Instant(time)
	}
	if codec := r.byte(); codec != codecXOR {
		r.fail()
		return
	}
	var last uint64
	for i := range samples {
		last ^= bits.ReverseBytes64(r.uvarint())
		samples[i].Value = math.Float64frombits(last)
	}
}

// Replace returns the samples of both lists, each sorted by time and distinct:
// those of b where both have one of a time. It takes a over.
func Replace(a, b []metric.RawSample) []metric.RawSample {
	switch {
	case len(a) == 0:
		return slices.Clone(b)
	case len(b) == 0:
		return a
	case a[len(a)-1].Time < b[0].Time:
		return append(a, b...)
	}
	out := make([]metric.RawSample, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch c := cmp.Compare(a[0].Time, b[0].Time); {
		case c < 0:
			out, a = append(out, a[0]), a[1:]
		case c > 0:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, b[0]), a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}
