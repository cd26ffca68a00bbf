package chunk

import (
	"encoding/binary"
	"fmt"

	"skywatch/metric"
	"skywatch/metric/sketch"
)

// reader takes a chunk apart. After an error every method returns zero.
type reader struct {
	b   []byte
	err error
}

func (r *reader) failed() bool { return r.err != nil }

func (r *reader) fail() {
	if r.err == nil {
		r.err = ErrMalformed
	}
	r.b = nil
}

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

func appendSketches(dst []byte, points []metric.Datapoint) []byte {
	for i := range points {
		if d := points[i].Distribution; d != nil {
			dst = d.AppendBinary(dst)
		}
	}
	return dst
}

func (r *reader) sketches(points []metric.Datapoint, shapes []byte) {
	for i := range points {
		if r.failed() {
			return
		}
		if shapes[i]&shapeSketch == 0 {
			continue
		}
		d, rest, err := sketch.Decode(r.b)
		if err != nil {
			r.fail()
			r.err = fmt.Errorf("%w: %w", ErrMalformed, err)
			return
		}
		points[i].Distribution, r.b = d, rest
	}
}
