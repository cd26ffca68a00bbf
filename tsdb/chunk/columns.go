package chunk

import (
	"encoding/binary"
	"math"
	"math/bits"

	"skywatch/metric"
)

// codecXOR stores a float64 as the exclusive or with the one before it in the
// column, bytes turned round, as a uvarint: an equal value takes one byte.
// Later codecs get other numbers.
const codecXOR = 0

// column is one number of the statistic sets, for those shapes that need it.
type column struct {
	shapes [shapeFull + 1]bool
	field  func(*metric.StatisticSet) *float64
}

// columns are in the order of the format.
var columns = [...]column{
	{[...]bool{true, true, true}, func(s *metric.StatisticSet) *float64 { return &s.Minimum }},
	{[...]bool{false, true, true}, func(s *metric.StatisticSet) *float64 { return &s.SampleCount }},
	{[...]bool{false, false, true}, func(s *metric.StatisticSet) *float64 { return &s.Sum }},
	{[...]bool{false, false, true}, func(s *metric.StatisticSet) *float64 { return &s.Maximum }},
}

func (c *column) append(dst []byte, points []metric.Datapoint) []byte {
	var last uint64
	for i := range points {
		if !c.shapes[shapeOf(&points[i])&setMask] {
			continue
		}
		v := math.Float64bits(*c.field(&points[i].Set))
		dst = binary.AppendUvarint(dst, bits.ReverseBytes64(v^last))
		last = v
	}
	return dst
}

func (c *column) read(r *reader, points []metric.Datapoint, shapes []byte) {
	var last uint64
	for i := range points {
		if !c.shapes[shapes[i]&setMask] {
			continue
		}
		last ^= bits.ReverseBytes64(r.uvarint())
		*c.field(&points[i].Set) = math.Float64frombits(last)
	}
}

// complete fills in the numbers that the shapes leave out.
func complete(points []metric.Datapoint, shapes []byte) {
	for i := range points {
		s := &points[i].Set
		switch shapes[i] & setMask {
		case shapeSingle:
			*s = metric.Single(s.Minimum)
		case shapeUniform:
			s.Sum, s.Maximum = s.Minimum*s.SampleCount, s.Minimum
		}
	}
}

func shapeOf(d *metric.Datapoint) byte {
	shape := byte(shapeFull)
	v := math.Float64bits(d.Set.Minimum)
	switch {
	case math.Float64bits(d.Set.Maximum) != v:
	case d.Set.SampleCount == 1 && math.Float64bits(d.Set.Sum) == v:
		shape = shapeSingle
	case math.Float64bits(d.Set.Minimum*d.Set.SampleCount) == math.Float64bits(d.Set.Sum):
		shape = shapeUniform
	}
	if d.Distribution != nil {
		shape |= shapeSketch
	}
	return shape
}

// appendStarts appends the first start and then the distances, in periods, as
// runs: a series without gaps takes four bytes.
func appendStarts(dst []byte, p metric.Period, points []metric.Datapoint) []byte {
	w := p.Millis()
	dst = binary.AppendVarint(dst, int64(points[0].Start/w))
	for i := 1; i < len(points); {
		step := points[i].Start - points[i-1].Start
		n := 1
		for i+n < len(points) && points[i+n].Start-points[i+n-1].Start == step {
			n++
		}
		dst = binary.AppendUvarint(dst, uint64(step/w))
		dst = binary.AppendUvarint(dst, uint64(n))
		i += n
	}
	return dst
}

func (r *reader) starts(p metric.Period, points []metric.Datapoint) {
	w := p.Millis()
	first := r.varint()
	if first > maxStart/int64(w) || first < -maxStart/int64(w) {
		r.fail()
		return
	}
	start := metric.Instant(first) * w
	points[0].Start = start
	for i := 1; i < len(points); {
		step, n := r.uvarint(), r.uvarint()
		if n == 0 || n > uint64(len(points)-i) || step > maxStart/uint64(w) {
			r.fail()
			return
		}
		for ; n > 0; n-- {
			start += metric.Instant(step) * w
			if start > maxStart {
				r.fail()
				return
			}
			points[i].Start = start
			i++
		}
	}
}

// maxStart bounds what a chunk may say, far beyond any date and far from
// overflow.
const maxStart = 1 << 60

// appendRuns appends a byte per point as runs of (byte, length).
func appendRuns(dst []byte, points []metric.Datapoint, of func(*metric.Datapoint) byte) []byte {
	for i := 0; i < len(points); {
		v := of(&points[i])
		n := 1
		for i+n < len(points) && of(&points[i+n]) == v {
			n++
		}
		dst = append(dst, v)
		dst = binary.AppendUvarint(dst, uint64(n))
		i += n
	}
	return dst
}

func (r *reader) runs(points []metric.Datapoint, set func(*metric.Datapoint, byte) bool) {
	for i := 0; i < len(points); {
		v, n := r.byte(), r.uvarint()
		if r.failed() || n == 0 || n > uint64(len(points)-i) {
			r.fail()
			return
		}
		for ; n > 0; n-- {
			if !set(&points[i], v) {
				r.fail()
				return
			}
			i++
		}
	}
}
