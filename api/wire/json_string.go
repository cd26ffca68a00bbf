package wire

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string. The bytes are valid until the next call.
func (r *jsonReader) str() ([]byte, error) {
	if r.peek() != '"' {
		return nil, malformed("expected a string, found %s", r.found())
	}
	r.off++
	start := r.off
	for r.off < len(r.b) {
		switch c := r.b[r.off]; {
		case c == '"':
			s := r.b[start:r.off]
			r.off++
			return validText(s)
		case c == '\\':
			return r.escaped(start)
		case c < ' ':
			return nil, malformed("a string holds a control character")
		}
		r.off++
	}
	return nil, malformed("a string has no end")
}

func validText(s []byte) ([]byte, error) {
	if !utf8.Valid(s) {
		return nil, malformed("text is not UTF-8")
	}
	return s, nil
}

// escaped reads the rest of a string that has an escape at r.off.
func (r *jsonReader) escaped(start int) ([]byte, error) {
	out := append(r.scratch[:0], r.b[start:r.off]...)
	for r.off < len(r.b) {
		c := r.b[r.off]
		r.off++
		switch {
		case c == '"':
			r.scratch = out
			return validText(out)
		case c < ' ':
			return nil, malformed("a string holds a control character")
		case c != '\\':
			out = append(out, c)
			continue
		}
		var err error
		if out, err = r.escape(out); err != nil {
			return nil, err
		}
	}
	return nil, malformed("a string has no end")
}

// escape appends the character of the escape after a backslash.
func (r *jsonReader) escape(out []byte) ([]byte, error) {
	if r.off >= len(r.b) {
		return nil, malformed("a string has no end")
	}
	c := r.b[r.off]
	r.off++
	switch c {
	case '"', '\\', '/':
		return append(out, c), nil
	case 'b':
		return append(out, '\b'), nil
	case 'f':
		return append(out, '\f'), nil
	case 'n':
		return append(out, '\n'), nil
	case 'r':
		return append(out, '\r'), nil
	case 't':
		return append(out, '\t'), nil
	case 'u':
		return r.unicode(out)
	}
	return nil, malformed("invalid escape in a string")
}

// unicode appends the character of \uXXXX; a surrogate without its other half
// becomes U+FFFD, as in most JSON libraries.
func (r *jsonReader) unicode(out []byte) ([]byte, error) {
	c, ok := r.hex4()
	if !ok {
		return nil, malformed("invalid escape in a string")
	}
	if utf16.IsSurrogate(c) {
		back := r.off
		low := rune(utf8.RuneError)
		if r.literal(`\u`) {
			low, _ = r.hex4()
		}
		if c = utf16.DecodeRune(c, low); c == utf8.RuneError {
			r.off = back
		}
	}
	return utf8.AppendRune(out, c), nil
}

func (r *jsonReader) hex4() (rune, bool) {
	if len(r.b)-r.off < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(string(r.b[r.off:r.off+4]), 16, 16)
	if err != nil {
		return 0, false
	}
	r.off += 4
	return rune(n), true
}
