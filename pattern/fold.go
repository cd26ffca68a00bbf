package pattern

import (
	"unicode"
	"unicode/utf8"
)

// foldRune maps the two cases of a letter to the lower one. A letter whose
// lower case has another upper case (the Kelvin sign, final sigma, the long s,
// the dotted capital I) stays itself, so it equals nothing but itself:
// "simple upper/lower mapping, no length-changing folds" is the service's rule.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}
	if l := unicode.ToLower(r); unicode.ToUpper(l) == r {
		return l
	}
	return r
}

// appendFold appends s with each of its letters folded. Bytes that are not
// UTF-8 stay as they are.
func appendFold(dst, s []byte) []byte {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			dst = append(dst, byte(foldRune(rune(c))))
			i++
			continue
		}
		r, n := utf8.DecodeRune(s[i:])
		if r == utf8.RuneError && n == 1 {
			dst = append(dst, s[i])
		} else {
			dst = utf8.AppendRune(dst, foldRune(r))
		}
		i += n
	}
	return dst
}

func fold(s string) string { return string(appendFold(nil, []byte(s))) }
