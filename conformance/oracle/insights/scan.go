package insights

import (
	"regexp"
	"strings"
)

// kind is what sort of lexical part a token is.
type kind int

const (
	word   kind = iota // letters, digits, underscores
	quoted             // in double quotes, an identifier
	text               // in single quotes, a value
	mark               // anything else
	end
)

type token struct {
	kind kind
	text string
}

// keyword reports whether the token is the unquoted word, in any case.
func (t token) keyword(name string) bool { return t.kind == word && strings.EqualFold(t.text, name) }

var (
	blank    = regexp.MustCompile(`^\s+`)
	wordText = regexp.MustCompile(`^[A-Za-z0-9_]+`)
	ident    = regexp.MustCompile(`^"(?:[^"\\]|\\.)*"`)
	literal  = regexp.MustCompile(`^'(?:[^'\\]|\\.)*'`)
	escaped  = regexp.MustCompile(`\\(.)`)
)

// scan cuts the query into tokens, the last of which is the end.
func scan(query string) []token {
	var tokens []token
	for {
		query = query[len(blank.FindString(query)):]
		if query == "" {
			return append(tokens, token{kind: end})
		}
		t, length := first(query)
		tokens = append(tokens, t)
		query = query[length:]
	}
}

func first(query string) (token, int) {
	if s := wordText.FindString(query); s != "" {
		return token{word, s}, len(s)
	}
	if s := ident.FindString(query); s != "" {
		return token{quoted, inner(s)}, len(s)
	}
	if s := literal.FindString(query); s != "" {
		return token{text, inner(s)}, len(s)
	}
	if strings.HasPrefix(query, "!=") {
		return token{mark, "!="}, 2
	}
	return token{mark, query[:1]}, 1
}

// inner is what stands between the quotes, its escapes taken away.
func inner(s string) string { return escaped.ReplaceAllString(s[1:len(s)-1], "$1") }

// stray reports whether a token has no place in any query, like a quote that
// is not closed.
func stray(t token) bool { return t.kind == mark && !strings.Contains("(),.!=", t.text) }

// reserved are the words that the specification wants refused unquoted.
const reserved = ` SELECT FROM SCHEMA WHERE GROUP ORDER BY LIMIT AND OR NOT AS ASC DESC AVG COUNT MAX MIN SUM LIKE IN IS
 NULL BETWEEN DISTINCT HAVING JOIN UNION ALL ANY CASE WHEN THEN ELSE END TRUE FALSE DATE TIME TIMESTAMP INTERVAL VALUE
 VALUES `

func isReserved(word string) bool {
	for name := range strings.FieldsSeq(reserved) {
		if strings.EqualFold(name, word) {
			return true
		}
	}
	return false
}
