package wal

import (
	"encoding/binary"
	"math"
	"math/bits"

	"skywatch/metric"
)

// reader takes a record apart. After a failure every method returns zero.
type reader struct {
	b      []byte
	failed bool
}

func (r *reader) fail() { r.failed, r.b = true, nil }

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.fail()
		return 0
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) float() float64 { return math.Float64frombits(bits.ReverseBytes64(r.uvarint())) }

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

// sample reads one sample behind its key into s, whose Time is that of the
// sample before.
func (r *reader) sample(s *metric.Sample) {
	flags := r.byte()
	s.HighResolution = flags&flagHighResolution != 0
	s.Incomplete = flags&flagIncomplete != 0
	s.Unit = metric.Unit(r.byte())
	s.Time += metric.Instant(r.varint())
	if flags>>flagBits != 0 || !s.Unit.Valid() {
		r.fail()
		return
	}
	s.Set = r.set(flags >> shapeShift & 3)
	s.Values = s.Values[:0]
	if flags&flagValues == 0 {
		return
	}
	n := r.uvarint()
	if n == 0 || n > uint64(len(r.b)/2) { // a value and its count take a byte each
		r.fail()
		return
	}
	for range n {
		s.Values = append(s.Values, metric.Weight{Value: r.float(), Count: r.float()})
	}
}

func (r *reader) set(shape byte) metric.StatisticSet {
	switch shape {
	case single:
		return metric.Single(r.float())
	case uniform:
		v, n := r.float(), r.float()
		return metric.StatisticSet{SampleCount: n, Sum: v * n, Minimum: v, Maximum: v}
	case full:
		return metric.StatisticSet{SampleCount: r.float(), Sum: r.float(), Minimum: r.float(), Maximum: r.float()}
	}
	r.fail()
	return metric.StatisticSet{}
}
