package insights

import (
	"fmt"
	"strings"
)

// token is a word of a query. Keywords are compared without regard to case.
type token struct {
	kind tokenKind
	text string
	at   int
}

type tokenKind int

const (
	end        tokenKind = iota
	word                 // an identifier or a keyword
	identifier           // in double quotes
	value                // in single quotes
	sign                 // ( ) , = != .
)

func scan(text string) ([]token, error) {
	var out []token
	for at := 0; ; {
		for at < len(text) && strings.IndexByte(" \t\r\n", text[at]) >= 0 {
			at++
		}
		t, size, ok := scanOne(text[at:])
		if !ok {
			return nil, near(text, at)
		}
		t.at = at
		out = append(out, t)
		if t.kind == end {
			return out, nil
		}
		at += size
	}
}

func scanOne(s string) (token, int, bool) {
	switch {
	case s == "":
		return token{}, 0, true
	case s[0] == '"':
		return scanQuoted(s, identifier)
	case s[0] == '\'':
		return scanQuoted(s, value)
	case strings.HasPrefix(s, "!="):
		return token{kind: sign, text: "!="}, 2, true
	case strings.IndexByte("(),=.", s[0]) >= 0:
		return token{kind: sign, text: s[:1]}, 1, true
	}
	n := 0
	for n < len(s) && wordByte(s[n]) {
		n++
	}
	return token{kind: word, text: s[:n]}, n, n > 0
}

// scanQuoted reads what stands between quotes; a backslash takes the meaning from
// the quote and from another backslash.
func scanQuoted(s string, kind tokenKind) (token, int, bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == s[0]:
			return token{kind: kind, text: b.String()}, i + 1, true
		case c == '\\' && i+1 < len(s) && (s[i+1] == s[0] || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return token{}, 0, false
}

func wordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}

// near is AWS's syntax error [T]; how much of the text it shows is inferred.
func near(text string, at int) error {
	if at >= len(text) {
		return &Error{"Invalid syntax near the end of the query"}
	}
	return &Error{fmt.Sprintf("Invalid syntax near '%.20s'", text[at:])}
}
