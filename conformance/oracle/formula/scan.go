package formula

import (
	"regexp"
	"strings"
)

// tokenKind is what sort of lexical part a token is.
type tokenKind int

const (
	numberToken tokenKind = iota
	nameToken
	textToken
	markToken
	endToken
	brokenToken
)

type token struct {
	kind tokenKind
	text string
}

var lexical = []struct {
	kind    tokenKind
	pattern *regexp.Regexp
}{
	{numberToken, regexp.MustCompile(`^[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?|^\.[0-9]+([eE][-+]?[0-9]+)?`)},
	{nameToken, regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]*`)},
	{textToken, regexp.MustCompile(`^'(?:[^'\\]|\\.)*'|^"(?:[^"\\]|\\.)*"`)},
	{markToken, regexp.MustCompile(`^(==|!=|<=|>=|&&|\|\||[-+*/^<>(),\[\]])`)},
}

var escaped = regexp.MustCompile(`\\(.)`)

// scan cuts an expression into tokens, the last of which is the end.
func scan(text string) []token {
	var tokens []token
	for {
		text = strings.TrimLeft(text, " \t\r\n")
		if text == "" {
			return append(tokens, token{kind: endToken})
		}
		t := token{brokenToken, text[:1]}
		length := 1
		for _, l := range lexical {
			if s := l.pattern.FindString(text); s != "" {
				t, length = token{l.kind, s}, len(s)
				break
			}
		}
		if t.kind == textToken {
			t.text = escaped.ReplaceAllString(t.text[1:len(t.text)-1], "$1")
		}
		tokens = append(tokens, t)
		text = text[length:]
	}
}
