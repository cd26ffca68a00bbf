package wire

import (
	"math"
	"time"
	"unicode/utf8"
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
