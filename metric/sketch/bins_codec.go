package sketch

import (
	"encoding/binary"

	"github.com/DataDog/sketches-go/ddsketch/encoding"
)

// appendBinary writes the length and the native encoding.
func (b *bins) appendBinary(dst []byte) []byte {
	var native []byte
	if b.zero > 0 {
		encoding.EncodeFlag(&native, encoding.FlagZeroCountVarFloat)
		encoding.EncodeVarfloat64(&native, b.zero)
	}
	var n uint64
	b.store.ForEach(func(int, float64) bool { n++; return false })
	encoding.EncodeFlag(&native, binsFlag())
	encoding.EncodeUvarint64(&native, n)
	last := 0
	b.store.ForEach(func(i int, w float64) bool {
		encoding.EncodeVarint64(&native, int64(i-last))
		encoding.EncodeVarfloat64(&native, w)
		last = i
		return false
	})
	return append(binary.AppendUvarint(dst, uint64(len(native))), native...)
}

func binsFlag() encoding.Flag {
	return encoding.NewFlag(encoding.FlagTypePositiveStore, encoding.BinEncodingIndexDeltasAndCounts)
}

// decodeBins reads the native encoding itself, not through the library's
// decoder: an index out of range would make the store allocate without bound.
func decodeBins(b []byte) (*bins, error) {
	out := newBins()
	flag, err := encoding.DecodeFlag(&b)
	if err == nil && flag == encoding.FlagZeroCountVarFloat {
		if out.zero, err = decodeWeight(&b); err == nil {
			flag, err = encoding.DecodeFlag(&b)
		}
	}
	if err != nil || flag != binsFlag() {
		return nil, corrupt("bins")
	}
	n, err := encoding.DecodeUvarint64(&b)
	if err != nil || n > uint64(len(b)) {
		return nil, corrupt("number of bins")
	}
	first, last := index(mapped.MinIndexableValue()), index(mapped.MaxIndexableValue())
	at := int64(0)
	for i := range n {
		delta, err := encoding.DecodeVarint64(&b)
		if err != nil || i > 0 && delta <= 0 || delta > int64(2*last) || delta < int64(2*first) {
			return nil, corrupt("bin")
		}
		if at += delta; at < int64(first) || at > int64(last) {
			return nil, corrupt("bin out of range")
		}
		w, err := decodeWeight(&b)
		if err != nil {
			return nil, err
		}
		out.store.AddWithCount(int(at), w)
	}
	if len(b) != 0 {
		return nil, corrupt("bytes after the bins")
	}
	return out, nil
}

func decodeWeight(b *[]byte) (float64, error) {
	w, err := encoding.DecodeVarfloat64(b)
	if err != nil || w < 0 || !finite(w) {
		return 0, corrupt("weight of a bin")
	}
	return w, nil
}
