package pattern

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// readString reads the string whose opening quote is before at: its body as
// written, the position past its closing quote, and whether it has escapes.
func readString(src []byte, at int) (body []byte, end int, escaped, ok bool) {
	rest := src[at:]
	n := bytes.IndexByte(rest, '"')
	if n < 0 {
		return nil, 0, false, false
	}
	if bytes.IndexByte(rest[:n], '\\') < 0 {
		return rest[:n], at + n + 1, false, true
	}
	for {
		slashes := 0
		for slashes < n && rest[n-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return rest[:n], at + n + 1, true, true
		}
		next := bytes.IndexByte(rest[n+1:], '"')
		if next < 0 {
			return nil, 0, false, false
		}
		n += next + 1
	}
}

// appendUnescaped appends the text that the body of a JSON string means. bad
// is the position of an escape that means nothing (which is left as it is), -1
// if there is none. Half a surrogate pair means U+FFFD.
func appendUnescaped(dst, body []byte) (text []byte, bad int) {
	bad = -1
	for i := 0; i < len(body); {
		n := bytes.IndexByte(body[i:], '\\')
		if n < 0 {
			return append(dst, body[i:]...), bad
		}
		dst = append(dst, body[i:i+n]...)
		i += n
		r, size := unescape(body[i:])
		if size == 0 {
			bad = i
			dst = append(dst, '\\')
			i++
			continue
		}
		dst = utf8.AppendRune(dst, r)
		i += size
	}
	return dst, bad
}

// unescape reads one escape; size 0 if it is none.
func unescape(b []byte) (r rune, size int) {
	if len(b) < 2 {
		return 0, 0
	}
	switch b[1] {
	case '"', '\\', '/':
		return rune(b[1]), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		return unescapeUnicode(b)
	}
	return 0, 0
}

func unescapeUnicode(b []byte) (r rune, size int) {
	r, ok := hex4(b)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if low, ok := hex4(b[6:]); ok {
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return utf8.RuneError, 6
}

// hex4 reads \uXXXX.
func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	for _, c := range b[2:6] {
		switch {
		case isDigit(c):
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
