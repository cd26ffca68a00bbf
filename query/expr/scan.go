package expr

import (
	"strconv"
	"strings"
)

// token is a word of an expression; at is its place in the text.
type token struct {
	kind   tokenKind
	text   string // of a text literal: what is between the quotes
	number float64
	at     int
}

type tokenKind int

const (
	end      tokenKind = iota
	name               // an id, a function, a keyword
	number             // 12, .5, 1e3
	literal            // 'text' or "text"
	operator           // one of operators
)

// operators are the signs of the language, the longer ones first.
var operators = []string{
	"==", "!=", "<=", ">=", "&&", "||", "+", "-", "*", "/", "^", "<", ">", "(", ")", "[", "]", ",",
}

// scan cuts a text into tokens; the last is end.
func scan(text string) ([]token, error) {
	var out []token
	for at := 0; ; {
		for at < len(text) && strings.IndexByte(" \t\r\n", text[at]) >= 0 {
			at++
		}
		t, size, ok := scanOne(text[at:])
		if !ok {
			return nil, syntaxAt(text, at)
		}
		t.at = at
		out = append(out, t)
		if t.kind == end {
			return out, nil
		}
		at += size
	}
}

func scanOne(s string) (t token, size int, ok bool) {
	switch {
	case s == "":
		return token{kind: end}, 0, true
	case isLetter(s[0]):
		n := 1
		for n < len(s) && (isLetter(s[n]) || isDigit(s[n])) {
			n++
		}
		return token{kind: name, text: s[:n]}, n, true
	case isDigit(s[0]) || s[0] == '.':
		return scanNumber(s)
	case s[0] == '\'' || s[0] == '"':
		return scanLiteral(s)
	}
	for _, op := range operators {
		if strings.HasPrefix(s, op) {
			return token{kind: operator, text: op}, len(op), true
		}
	}
	return token{}, 0, false
}

func scanNumber(s string) (token, int, bool) {
	n := digits(s, 0)
	if n < len(s) && s[n] == '.' {
		n = digits(s, n+1)
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		exponent := n + 1
		if exponent < len(s) && (s[exponent] == '+' || s[exponent] == '-') {
			exponent++
		}
		if last := digits(s, exponent); last > exponent {
			n = last
		}
	}
	v, err := strconv.ParseFloat(s[:n], 64)
	if err != nil || n < len(s) && isLetter(s[n]) {
		return token{}, 0, false
	}
	return token{kind: number, number: v}, n, true
}

func digits(s string, from int) int {
	for from < len(s) && isDigit(s[from]) {
		from++
	}
	return from
}

// scanLiteral reads a quoted text, in which a backslash takes the meaning from
// the quote and from another backslash; before anything else it is itself, for
// SEARCH has escapes of its own.
func scanLiteral(s string) (token, int, bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == s[0]:
			return token{kind: literal, text: b.String()}, i + 1, true
		case c == '\\' && i+1 < len(s) && (s[i+1] == s[0] || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return token{}, 0, false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}
