package wire

import (
	"encoding/binary"
	"math"
)

// CBOR's major types (RFC 8949, 3.1).
const (
	cborUint   = 0
	cborNegInt = 1
	cborBytes  = 2
	cborText   = 3
	cborList   = 4
	cborMap    = 5
	cborTag    = 6
	cborSimple = 7

	cborTagEpoch = 1
	cborBreak    = 0xff
)

// cborHead is the first bytes of an item.
type cborHead struct {
	major byte
	// info is the low five bits, arg the argument that follows from it.
	info byte
	arg  uint64
}

func (h cborHead) indefinite() bool { return h.info == 31 }

// head reads the head of the next item.
func (r *cborReader) head() (cborHead, error) {
	if r.off >= len(r.b) {
		return cborHead{}, malformed("the CBOR ends too early")
	}
	first := r.b[r.off]
	h := cborHead{major: first >> 5, info: first & 31}
	r.off++
	switch {
	case h.info < 24:
		h.arg = uint64(h.info)
	case h.info <= 27:
		n := 1 << (h.info - 24)
		if len(r.b)-r.off < n {
			return h, malformed("the CBOR ends too early")
		}
		var arg [8]byte
		copy(arg[8-n:], r.b[r.off:r.off+n])
		h.arg = binary.BigEndian.Uint64(arg[:])
		r.off += n
	case h.info < 31, h.major < cborBytes, h.major == cborTag:
		return h, malformed("invalid CBOR head 0x%02x", first)
	}
	if h.major == cborSimple && h.info == 24 && h.arg < 32 {
		// Simple values below 32 have a form of one byte, and no other.
		return h, malformed("invalid CBOR simple value %d", h.arg)
	}
	return h, nil
}

// number is the value of an integer or of a float of any size.
func (h cborHead) number() (float64, bool) {
	switch {
	case h.major == cborUint:
		return float64(h.arg), true
	case h.major == cborNegInt:
		return -1 - float64(h.arg), true
	case h.major != cborSimple:
		return 0, false
	}
	switch h.info {
	case 25:
		return halfFloat(uint16(h.arg)), true
	case 26:
		return float64(math.Float32frombits(uint32(h.arg))), true
	case 27:
		return math.Float64frombits(h.arg), true
	}
	return 0, false
}

// halfFloat widens an IEEE 754 binary16 (RFC 8949, appendix D).
func halfFloat(bits uint16) float64 {
	exp, mant := int(bits>>10)&0x1f, float64(bits&0x3ff)
	var d float64
	switch exp {
	case 0:
		d = math.Ldexp(mant, -24)
	case 31:
		d = math.Inf(1)
		if mant != 0 {
			d = math.NaN()
		}
	default:
		d = math.Ldexp(mant+1024, exp-25)
	}
	if bits&0x8000 != 0 {
		return -d
	}
	return d
}

// size is the number of bytes of the head.
func (h cborHead) size() int {
	if h.info < 24 || h.indefinite() {
		return 1
	}
	return 1 + 1<<(h.info-24)
}

// cborNames are the major types as error texts call them, with their articles.
var cborNames = [8]string{"an integer", "a negative integer", "a byte string", "text", "a list", "a map", "a tag", "a simple value or float"}
