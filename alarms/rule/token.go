package rule

import "strings"

// kind is what a token is.
type kind uint8

const (
	word   kind = iota // a keyword, a number or an unquoted name
	quoted             // a name in quotes
	mark               // ( ) or ,
	end                // of the text
)

// token is a piece of the text. Words and names end at blanks, parentheses and
// commas.
type token struct {
	kind
	// text is as it was written, and value what it means: without its quotes and
	// escapes.
	text, value string
	at          int // in characters from the beginning
}

func (t token) is(text string) bool { return t.kind != quoted && t.text == text }

const marks = "(),"

// split cuts a text into tokens; the last one is its end.
func split(text string) (all []token) {
	runes := []rune(text)
	for i := 0; i < len(runes); {
		switch r := runes[i]; {
		case blank(r):
			i++
			continue
		case strings.ContainsRune(marks, r):
			all = append(all, token{kind: mark, text: string(r), at: i})
			i++
			continue
		case r == '"':
			if t, ok := quote(runes, i); ok {
				all = append(all, t)
				i += len([]rune(t.text))
				continue
			}
		}
		from := i
		for i < len(runes) && !blank(runes[i]) && !strings.ContainsRune(marks, runes[i]) {
			i++
		}
		s := string(runes[from:i])
		all = append(all, token{kind: word, text: s, value: s, at: from})
	}
	return append(all, token{kind: end, text: "<EOF>", at: len(runes)})
}

func blank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }

// quote reads a name in quotes; ok is false if they are not closed, or if a
// backslash escapes neither a quote nor a backslash.
func quote(runes []rune, from int) (t token, ok bool) {
	var value []rune
	for i := from + 1; i < len(runes); i++ {
		switch r := runes[i]; r {
		case '"':
			return token{kind: quoted, text: string(runes[from : i+1]), value: string(value), at: from}, true
		case '\\':
			if i++; i == len(runes) || runes[i] != '"' && runes[i] != '\\' {
				return token{}, false
			}
		}
		value = append(value, runes[i])
	}
	return token{}, false
}
