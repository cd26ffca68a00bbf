package wire

import (
	"encoding/binary"
	"math"
	"time"
	"unicode/utf8"
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

// cborReader reads RPC v2 CBOR (specification 1.5): every form of a value,
// definite or not.
type cborReader struct {
	b   []byte
	off int
	// open holds the maps and lists being read, innermost last.
	open []cborFrame
}

// cborFrame counts what is left of an open map or list.
type cborFrame struct {
	left       uint64
	indefinite bool
}

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

// null consumes null and undefined.
func (r *cborReader) null() bool {
	if r.off < len(r.b) && (r.b[r.off] == 0xf6 || r.b[r.off] == 0xf7) {
		r.off++
		return true
	}
	return false
}

func (r *cborReader) openStruct() error { return r.push(cborMap) }

func (r *cborReader) openList(*field) error { return r.push(cborList) }

func (r *cborReader) openMap(*field) error { return r.push(cborMap) }

func (r *cborReader) push(major byte) error {
	h, err := r.head()
	if err != nil {
		return err
	}
	if h.major != major {
		return malformed("expected %s, found %s", cborNames[major], cborNames[h.major])
	}
	return r.enter(h)
}

// enter opens the map or list whose head was read.
func (r *cborReader) enter(h cborHead) error {
	if len(r.open) == maxDepth {
		return malformed("nested deeper than %d levels", maxDepth)
	}
	if err := r.claim(h); err != nil {
		return err
	}
	r.open = append(r.open, cborFrame{left: h.arg, indefinite: h.indefinite()})
	return nil
}

// claim refuses a length that the rest of the body cannot hold: every item
// takes at least a byte.
func (r *cborReader) claim(h cborHead) error {
	if !h.indefinite() && h.arg > uint64(len(r.b)-r.off) {
		return malformed("%s claims %d items", cborNames[h.major], h.arg)
	}
	return nil
}

// next reports whether the innermost map or list has another entry; at its end
// it closes it.
func (r *cborReader) next() (bool, error) {
	f := &r.open[len(r.open)-1]
	switch {
	case f.indefinite:
		if r.off >= len(r.b) {
			return false, malformed("the CBOR ends too early")
		}
		if r.b[r.off] != cborBreak {
			return true, nil
		}
		r.off++
	case f.left > 0:
		f.left--
		return true, nil
	}
	r.open = r.open[:len(r.open)-1]
	return false, nil
}

func (r *cborReader) nextItem() (bool, error) { return r.next() }

func (r *cborReader) nextKey() (string, bool, error) {
	more, err := r.next()
	if err != nil || !more {
		return "", false, err
	}
	key, err := r.text()
	return key, true, err
}

func (r *cborReader) nextMember(sh *shape) (*field, error) {
	for {
		more, err := r.next()
		if err != nil || !more {
			return nil, err
		}
		key, err := r.chunks(cborText)
		if err != nil {
			return nil, err
		}
		if f, ok := sh.byName[string(key)]; ok {
			return f, nil
		}
		if err := r.skip(); err != nil {
			return nil, err
		}
	}
}

// chunks reads a text or byte string. A definite one is not copied.
func (r *cborReader) chunks(major byte) ([]byte, error) {
	h, err := r.head()
	if err != nil {
		return nil, err
	}
	if h.major != major {
		return nil, malformed("expected %s, found %s", cborNames[major], cborNames[h.major])
	}
	if !h.indefinite() {
		return r.take(h)
	}
	var all []byte
	for {
		h, err := r.head()
		if err != nil {
			return nil, err
		}
		if h.major == cborSimple && h.indefinite() {
			return all, nil
		}
		if h.major != major || h.indefinite() {
			return nil, malformed("%s has a wrong chunk", cborNames[major])
		}
		chunk, err := r.take(h)
		if err != nil {
			return nil, err
		}
		all = append(all, chunk...)
	}
}

func (r *cborReader) take(h cborHead) ([]byte, error) {
	if err := r.claim(h); err != nil {
		return nil, err
	}
	b := r.b[r.off : r.off+int(h.arg)]
	r.off += len(b)
	if h.major == cborText && !utf8.Valid(b) {
		return nil, malformed("text is not UTF-8")
	}
	return b, nil
}

func (r *cborReader) text() (string, error) {
	b, err := r.chunks(cborText)
	return string(b), err
}

func (r *cborReader) blob() ([]byte, error) {
	b, err := r.chunks(cborBytes)
	// Copied, so that a value does not keep the whole body.
	return append([]byte{}, b...), err
}

func (r *cborReader) boolean() (bool, error) {
	h, err := r.head()
	if err != nil {
		return false, err
	}
	if h.major != cborSimple || h.info != 20 && h.info != 21 {
		return false, malformed("expected a boolean, found %s", cborNames[h.major])
	}
	return h.info == 21, nil
}

func (r *cborReader) integer() (int64, error) {
	h, err := r.head()
	if err != nil {
		return 0, err
	}
	if h.major != cborUint && h.major != cborNegInt {
		return 0, malformed("expected an integer, found %s", cborNames[h.major])
	}
	if h.arg > math.MaxInt64 {
		return 0, malformed("integer out of range")
	}
	if h.major == cborNegInt {
		return -1 - int64(h.arg), nil
	}
	return int64(h.arg), nil
}

func (r *cborReader) double() (float64, error) {
	h, err := r.head()
	if err != nil {
		return 0, err
	}
	d, ok := h.number()
	if !ok {
		return 0, malformed("expected a number, found %s", cborNames[h.major])
	}
	return d, nil
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

// timestamp reads tag 1 over epoch seconds; the format trait does not apply to
// CBOR.
func (r *cborReader) timestamp(timeFormat) (time.Time, error) {
	h, err := r.head()
	if err != nil {
		return time.Time{}, err
	}
	if h.major != cborTag || h.arg != cborTagEpoch {
		return time.Time{}, malformed("expected a timestamp (CBOR tag 1), found %s", cborNames[h.major])
	}
	if h, err = r.head(); err != nil {
		return time.Time{}, err
	}
	d, ok := h.number()
	if !ok {
		return time.Time{}, malformed("expected epoch seconds, found %s", cborNames[h.major])
	}
	return timeFromFloat(d)
}

// skip passes over one item of any kind. It recurses through enter, which
// bounds the depth.
func (r *cborReader) skip() error {
	h, err := r.head()
	// A tag precedes the item that it is about.
	for err == nil && h.major == cborTag {
		h, err = r.head()
	}
	if err != nil {
		return err
	}
	switch h.major {
	case cborBytes, cborText:
		r.off -= h.size()
		_, err = r.chunks(h.major)
		return err
	case cborList, cborMap:
		return r.skipAll(h)
	case cborSimple:
		if h.indefinite() {
			return malformed("a CBOR break in the wrong place")
		}
	}
	return nil
}

// size is the number of bytes of the head.
func (h cborHead) size() int {
	if h.info < 24 || h.indefinite() {
		return 1
	}
	return 1 + 1<<(h.info-24)
}

func (r *cborReader) skipAll(h cborHead) error {
	if err := r.enter(h); err != nil {
		return err
	}
	for {
		more, err := r.next()
		if err != nil || !more {
			return err
		}
		if h.major == cborMap {
			if err := r.skip(); err != nil {
				return err
			}
		}
		if err := r.skip(); err != nil {
			return err
		}
	}
}

// cborNames are the major types as error texts call them, with their articles.
var cborNames = [8]string{"an integer", "a negative integer", "a byte string", "text", "a list", "a map", "a tag", "a simple value or float"}
