package chunk

import (
	"encoding/binary"
	"errors"
	"fmt"

	"skywatch/metric"
)

// version is the first byte of a chunk.
const version = 1

// Kind is the kind of series, fixed at its creation. It is a part of the
// format: the second byte of a chunk.
type Kind byte

// The kinds of series.
const (
	// Statistic series accumulate samples per period and unit.
	Statistic Kind = 0
	// Raw series keep timestamped values that replace each other.
	Raw Kind = 1
)

// ErrMalformed is the error of a chunk that cannot be read.
var ErrMalformed = errors.New("chunk is malformed")

// The shape of a datapoint: which numbers of its set are stored, and whether a
// distribution follows. Part of the format.
const (
	shapeSingle  = 0 // SampleCount 1; Sum, Minimum and Maximum are one value
	shapeUniform = 1 // Minimum = Maximum, Sum = Minimum * SampleCount
	shapeFull    = 2
	setMask      = 3
	shapeSketch  = 4 // bit: a distribution follows
	shapeLimit   = 8
)

// Append appends the chunk of points, which are datapoints of a statistic
// series at tier p, sorted by Start and then Unit, each pair once.
func Append(dst []byte, p metric.Period, points []metric.Datapoint) []byte {
	dst = append(dst, version, byte(Statistic))
	dst = binary.AppendUvarint(dst, uint64(p))
	dst = binary.AppendUvarint(dst, uint64(len(points)))
	if len(points) == 0 {
		return dst
	}
	dst = appendStarts(dst, p, points)
	dst = appendRuns(dst, points, func(d *metric.Datapoint) byte { return byte(d.Unit) })
	dst = appendRuns(dst, points, shapeOf)
	for _, c := range columns {
		dst = append(dst, codecXOR)
		dst = c.append(dst, points)
	}
	return appendSketches(dst, points)
}

// Decode appends the datapoints of the chunk b to dst.
func Decode(dst []metric.Datapoint, b []byte) ([]metric.Datapoint, error) {
	r := reader{b: b}
	if err := r.header(Statistic); err != nil {
		return dst, err
	}
	p := r.uvarint()
	n := r.uvarint()
	// A datapoint takes at least a byte of a value column.
	if p == 0 || p > maxPeriod || n > uint64(len(r.b)) {
		return dst, ErrMalformed
	}
	start := len(dst)
	dst = append(dst, make([]metric.Datapoint, n)...)
	r.body(metric.Period(p), dst[start:])
	if r.err == nil && len(r.b) > 0 {
		r.fail()
	}
	if r.err != nil {
		return dst[:start], r.err
	}
	return dst, nil
}

// header reads what every chunk begins with.
func (r *reader) header(want Kind) error {
	if v := r.byte(); v != version && !r.failed() {
		return fmt.Errorf("chunk has version %d, this program knows %d", v, version)
	}
	switch k := Kind(r.byte()); {
	case r.failed():
		return ErrMalformed
	case k != Statistic && k != Raw:
		return fmt.Errorf("chunk has kind %d, which this program does not know", k)
	case k != want:
		return fmt.Errorf("chunk has kind %d where kind %d belongs", k, want)
	}
	return nil
}

const maxPeriod = uint64(metric.Day)

// body reads the columns into points.
func (r *reader) body(p metric.Period, points []metric.Datapoint) {
	if len(points) == 0 {
		return
	}
	r.starts(p, points)
	r.runs(points, func(d *metric.Datapoint, u byte) bool {
		d.Unit = metric.Unit(u)
		return d.Unit.Valid()
	})
	shapes := make([]byte, 0, len(points))
	r.runs(points, func(_ *metric.Datapoint, s byte) bool {
		shapes = append(shapes, s)
		return s < shapeLimit && s&setMask <= shapeFull
	})
	if r.failed() || !sorted(points) {
		r.fail()
		return
	}
	for _, c := range columns {
		if codec := r.byte(); codec != codecXOR {
			r.fail()
			return
		}
		c.read(r, points, shapes)
	}
	complete(points, shapes)
	r.sketches(points, shapes)
}

// sorted reports whether points are in order and distinct.
func sorted(points []metric.Datapoint) bool {
	for i := 1; i < len(points); i++ {
		if Compare(&points[i-1], &points[i]) >= 0 {
			return false
		}
	}
	return true
}
