package wire

import (
	"encoding/base64"
	"strconv"
)

// jsonReader reads AWS JSON and the bodies of REST-JSON.
type jsonReader struct {
	b   []byte
	off int
	// open holds for each open object or array whether an entry was read.
	open []bool
	// jsonNames says that members go by their jsonName trait: in REST-JSON
	// they do, in AWS JSON they do not.
	jsonNames bool
	// scratch is for strings with escapes.
	scratch []byte
}

// peek moves to the next token and returns its first byte, 0 at the end.
func (r *jsonReader) peek() byte {
	for r.off < len(r.b) {
		switch c := r.b[r.off]; c {
		case ' ', '\t', '\n', '\r':
			r.off++
		default:
			return c
		}
	}
	return 0
}

// found names the next token for an error text.
func (r *jsonReader) found() string {
	switch c := r.peek(); {
	case c == 0:
		return "the end"
	case c == '{':
		return "an object"
	case c == '[':
		return "an array"
	case c == '"':
		return "a string"
	case c == 't' || c == 'f':
		return "a boolean"
	case c == 'n':
		return "null"
	case c == '-' || c >= '0' && c <= '9':
		return "a number"
	default:
		return strconv.QuoteRune(rune(c))
	}
}

func (r *jsonReader) literal(word string) bool {
	if len(r.b)-r.off < len(word) || string(r.b[r.off:r.off+len(word)]) != word {
		return false
	}
	r.off += len(word)
	return true
}

func (r *jsonReader) null() bool { return r.peek() == 'n' && r.literal("null") }

func (r *jsonReader) openStruct() error { return r.push('{', "an object") }

func (r *jsonReader) openList(*field) error { return r.push('[', "an array") }

func (r *jsonReader) openMap(*field) error { return r.push('{', "an object") }

func (r *jsonReader) push(open byte, what string) error {
	if r.peek() != open {
		return malformed("expected %s, found %s", what, r.found())
	}
	if len(r.open) == maxDepth {
		return malformed("nested deeper than %d levels", maxDepth)
	}
	r.off++
	r.open = append(r.open, false)
	return nil
}

// next reports whether the innermost array or object has another entry; at its
// end it closes it.
func (r *jsonReader) next(end byte) (bool, error) {
	top := len(r.open) - 1
	c := r.peek()
	switch {
	case c == end:
		r.off++
		r.open = r.open[:top]
		return false, nil
	case !r.open[top]:
		r.open[top] = true
		return true, nil
	case c != ',':
		return false, malformed("expected ',' or '%c', found %s", end, r.found())
	}
	r.off++
	if r.peek() == end {
		return false, malformed("expected a value after ','")
	}
	return true, nil
}

func (r *jsonReader) nextItem() (bool, error) { return r.next(']') }

func (r *jsonReader) nextKey() (string, bool, error) {
	key, more, err := r.rawKey()
	return string(key), more, err
}

// rawKey reads a key and its colon. The key is valid until the next string.
func (r *jsonReader) rawKey() (key []byte, more bool, err error) {
	if more, err = r.next('}'); err != nil || !more {
		return nil, false, err
	}
	if key, err = r.str(); err != nil {
		return nil, false, err
	}
	if r.peek() != ':' {
		return nil, false, malformed("expected ':', found %s", r.found())
	}
	r.off++
	return key, true, nil
}

func (r *jsonReader) nextMember(sh *shape) (*field, error) {
	for {
		key, more, err := r.rawKey()
		if err != nil || !more {
			return nil, err
		}
		if f := r.lookup(sh, key); f != nil {
			return f, nil
		}
		if err := r.skip(); err != nil {
			return nil, err
		}
	}
}

func (r *jsonReader) lookup(sh *shape, key []byte) *field {
	if r.jsonNames {
		return sh.byJSONName[string(key)]
	}
	return sh.byName[string(key)]
}

func (r *jsonReader) text() (string, error) {
	b, err := r.str()
	return string(b), err
}

// blob accepts base64 with and without padding.
func (r *jsonReader) blob() ([]byte, error) {
	b, err := r.str()
	if err != nil {
		return nil, err
	}
	return decodeBase64(string(b))
}

func decodeBase64(s string) ([]byte, error) {
	enc := base64.StdEncoding
	if len(s)%4 != 0 {
		enc = base64.RawStdEncoding
	}
	b, err := enc.DecodeString(s)
	if err != nil {
		return nil, malformed("expected base64")
	}
	return b, nil
}

func (r *jsonReader) boolean() (bool, error) {
	switch c := r.peek(); {
	case c != 't' && c != 'f':
		return false, malformed("expected a boolean, found %s", r.found())
	case r.literal("true"):
		return true, nil
	case r.literal("false"):
		return false, nil
	}
	return false, malformed("expected true or false")
}
