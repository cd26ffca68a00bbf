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
	return AppendHistograms(dst, samples)
}

// AppendHistograms appends how many samples have a histogram, and for each how
// many samples it is behind the one before, and its bytes with their length in
// front.
func AppendHistograms(dst []byte, samples []metric.RawSample) []byte {
	n := 0
	for i := range samples {
		if samples[i].Histogram != nil {
			n++
		}
	}
	dst = binary.AppendUvarint(dst, uint64(n))
	last := 0
	for i := range samples {
		if h := samples[i].Histogram; h != nil {
			dst = binary.AppendUvarint(dst, uint64(i-last))
			dst = binary.AppendUvarint(dst, uint64(len(h.Encoded)))
			dst = append(dst, h.Encoded...)
			last = i
		}
	}
	return dst
}

// ReadHistograms gives samples their histograms from what AppendHistograms
// wrote, and returns what follows.
func ReadHistograms(b []byte, samples []metric.RawSample) (rest []byte, err error) {
	r := reader{b: b}
	n := r.uvarint()
	if n > uint64(len(samples)) {
		return nil, ErrMalformed
	}
	last := uint64(0)
	for i := range n {
		skip, size := r.uvarint(), r.uvarint()
		if i > 0 && skip == 0 || skip >= uint64(len(samples))-last || size > metric.MaxHistogram || size > uint64(len(r.b)) || r.failed() {
			return nil, ErrMalformed
		}
		last += skip
		samples[last].Histogram = &metric.Histogram{Encoded: slices.Clone(r.b[:size])}
		r.b = r.b[size:]
	}
	if r.failed() {
		return nil, ErrMalformed
	}
	return r.b, nil
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
	if r.err == nil && n > 0 {
		r.b, r.err = ReadHistograms(r.b, dst[start:])
	}
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
