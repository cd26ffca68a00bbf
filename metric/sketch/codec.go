package sketch

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// The binary form, version 1:
//
//	head   1 byte: version in the high four bits; below, the flags
//	exact  uvarint n, then n pairs (see appendPair), ascending, distinct
//	bins   uvarint length, then a DDSketch in its native encoding without the
//	       mapping: the zero bin if any, then one block of index deltas and
//	       counts
//
// The same multiset has one form, whatever its history; only fractional
// weights of bins may differ in the last bits.
const (
	codecVersion = 1

	flagIncomplete = 1 << 0
	flagNegative   = 1 << 1
	flagBins       = 1 << 2
	flagsKnown     = flagIncomplete | flagNegative | flagBins
)

// ErrCorrupt is what Decode returns, wrapped, for bytes that AppendBinary did
// not write.
var ErrCorrupt = errors.New("corrupt distribution")

func corrupt(what string) error { return fmt.Errorf("%w: %s", ErrCorrupt, what) }

// AppendBinary appends the binary form of d. It carries its own length.
func (d *Distribution) AppendBinary(dst []byte) []byte {
	head := byte(codecVersion << 4)
	if d.incomplete {
		head |= flagIncomplete
	}
	if d.negative {
		head |= flagNegative
	}
	if d.bins != nil {
		return d.bins.appendBinary(append(dst, head|flagBins))
	}
	dst = binary.AppendUvarint(append(dst, head), uint64(len(d.pairs)))
	for _, p := range d.pairs {
		dst = appendPair(dst, p)
	}
	return dst
}

// Decode reads one binary form and returns what follows it. It allocates in
// proportion to what it read, never to what the bytes claim.
func Decode(b []byte) (d *Distribution, rest []byte, err error) {
	if len(b) == 0 {
		return nil, nil, corrupt("empty")
	}
	head := b[0]
	if head>>4 != codecVersion || head&0x0f&^flagsKnown != 0 {
		return nil, nil, corrupt("unknown version or flag")
	}
	d = &Distribution{incomplete: head&flagIncomplete != 0, negative: head&flagNegative != 0}
	n, w := binary.Uvarint(b[1:])
	if w <= 0 {
		return nil, nil, corrupt("length")
	}
	b = b[1+w:]
	if head&flagBins == 0 {
		d.pairs, rest, err = decodePairs(b, n)
		return d, rest, err
	}
	if n > uint64(len(b)) {
		return nil, nil, corrupt("bins are cut short")
	}
	if d.bins, err = decodeBins(b[:n]); err != nil {
		return nil, nil, err
	}
	return d, b[n:], nil
}

// minPair is the length of the shortest pair.
const minPair = 1

func decodePairs(b []byte, n uint64) ([]pair, []byte, error) {
	if n > MaxExact || n > uint64(len(b)/minPair) {
		return nil, nil, corrupt("number of pairs")
	}
	if n == 0 {
		return nil, b, nil
	}
	pairs := make([]pair, n)
	last := -1.0
	for i := range pairs {
		p, rest, err := decodePair(b)
		if err != nil {
			return nil, nil, err
		}
		if p.value <= last || !finite(p.value) || !(p.weight > 0) || !finite(p.weight) {
			return nil, nil, corrupt("pair")
		}
		pairs[i], b, last = p, rest, p.value
	}
	return pairs, b, nil
}

// weightOne in place of a length says that the weight is 1.
const weightOne = 9

// appendPair writes one byte, the lengths of value (high) and weight (low) in
// bytes, then the significant bytes of both, big-endian: a float64 with a short
// fraction ends in zero bytes, which are left out.
func appendPair(dst []byte, p pair) []byte {
	at := len(dst)
	dst = append(dst, 0)
	dst, nv := appendFloat(dst, p.value)
	nw := weightOne
	if p.weight != 1 {
		dst, nw = appendFloat(dst, p.weight)
	}
	dst[at] = byte(nv<<4 | nw)
	return dst
}

func appendFloat(dst []byte, f float64) ([]byte, int) {
	u := math.Float64bits(f)
	n := 8 - bits.TrailingZeros64(u)/8
	var buf [8]byte
	binary.BigEndian.PutUint64(buf[:], u)
	return append(dst, buf[:n]...), n
}

func decodePair(b []byte) (pair, []byte, error) {
	if len(b) == 0 {
		return pair{}, nil, corrupt("pairs are cut short")
	}
	nv, nw := int(b[0]>>4), int(b[0]&0x0f)
	b = b[1:]
	p := pair{weight: 1}
	if nw == weightOne {
		nw = 0
	} else {
		p.weight = 0
	}
	if nv > 8 || nw > 8 || nv+nw > len(b) {
		return pair{}, nil, corrupt("pair is cut short")
	}
	p.value = floatFrom(b[:nv])
	if p.weight == 0 {
		p.weight = floatFrom(b[nv : nv+nw])
	}
	return p, b[nv+nw:], nil
}

func floatFrom(b []byte) float64 {
	var buf [8]byte
	copy(buf[:], b)
	return math.Float64frombits(binary.BigEndian.Uint64(buf[:]))
}
