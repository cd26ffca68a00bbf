package wire

import (
	"encoding/binary"
	"math"
	"time"
)

// cborWriter writes RPC v2 CBOR: definite lengths, float64 for doubles, tag 1
// over float64 for timestamps (the one form that every SDK writes itself).
type cborWriter struct{ b []byte }

// head writes a major type with its argument in the shortest form.
func (w *cborWriter) head(major byte, arg uint64) {
	m := major << 5
	switch {
	case arg < 24:
		w.b = append(w.b, m|byte(arg))
	case arg <= math.MaxUint8:
		w.b = append(w.b, m|24, byte(arg))
	case arg <= math.MaxUint16:
		w.b = binary.BigEndian.AppendUint16(append(w.b, m|25), uint16(arg))
	case arg <= math.MaxUint32:
		w.b = binary.BigEndian.AppendUint32(append(w.b, m|26), uint32(arg))
	default:
		w.b = binary.BigEndian.AppendUint64(append(w.b, m|27), arg)
	}
}

func (w *cborWriter) openStruct(n int) { w.head(cborMap, uint64(n)) }

func (w *cborWriter) member(f *field) { w.text(f.name) }

func (w *cborWriter) closeStruct() {}

func (w *cborWriter) openList(_ *field, n int) { w.head(cborList, uint64(n)) }

func (w *cborWriter) item(*field) {}

func (w *cborWriter) closeList(*field) {}

func (w *cborWriter) openMap(_ *field, n int) { w.head(cborMap, uint64(n)) }

func (w *cborWriter) key(_ *field, k string) { w.text(k) }

func (w *cborWriter) endValue(*field) {}

func (w *cborWriter) closeMap(*field) {}

func (w *cborWriter) text(s string) {
	w.head(cborText, uint64(len(s)))
	w.b = append(w.b, s...)
}

func (w *cborWriter) boolean(b bool) {
	if b {
		w.b = append(w.b, 0xf5)
		return
	}
	w.b = append(w.b, 0xf4)
}

func (w *cborWriter) integer(n int64) {
	if n < 0 {
		w.head(cborNegInt, uint64(-(n + 1)))
		return
	}
	w.head(cborUint, uint64(n))
}

func (w *cborWriter) double(d float64) {
	w.b = binary.BigEndian.AppendUint64(append(w.b, 0xfb), math.Float64bits(d))
}

func (w *cborWriter) timestamp(t time.Time, _ timeFormat) {
	w.head(cborTag, cborTagEpoch)
	w.double(float64(t.UnixMilli()) / 1e3)
}

func (w *cborWriter) blob(b []byte) {
	w.head(cborBytes, uint64(len(b)))
	w.b = append(w.b, b...)
}
