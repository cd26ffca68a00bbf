package search

import (
	"strings"
	"unicode"
)

// tokens cuts a text at everything that is no letter or digit, at changes from
// lower to upper case, between letters and digits, and before the last capital
// of a run of capitals that a lower-case letter follows. All in lower case.
func tokens(text string) []string {
	runes := []rune(text)
	var all []string
	current := ""
	for i, r := range runes {
		if !alphanumeric(r) {
			all, current = flush(all, current), ""
			continue
		}
		if i > 0 && boundary(runes, i) {
			all, current = flush(all, current), ""
		}
		current += strings.ToLower(string(r))
	}
	return flush(all, current)
}

func flush(all []string, token string) []string {
	if token == "" {
		return all
	}
	return append(all, token)
}

// boundary reports whether a new token begins at i.
func boundary(runes []rune, i int) bool {
	before, here := runes[i-1], runes[i]
	switch {
	case unicode.IsDigit(before) != unicode.IsDigit(here):
		return true
	case unicode.IsLower(before) && unicode.IsUpper(here):
		return true
	}
	followed := i+1 < len(runes) && unicode.IsLower(runes[i+1])
	return unicode.IsUpper(before) && unicode.IsUpper(here) && followed
}

func alphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// covers reports whether the tokens of the word stand, one after the other,
// for whole tokens of the text.
func covers(word, text string) bool {
	asked, have := tokens(word), tokens(text)
	for from := range have {
		if len(asked) > 0 && coversFrom(asked, have[from:]) {
			return true
		}
	}
	return false
}

func coversFrom(asked, have []string) bool {
	if len(asked) == 0 {
		return true
	}
	joined := ""
	for i, token := range have {
		joined += token
		if joined == asked[0] {
			return coversFrom(asked[1:], have[i+1:])
		}
	}
	return false
}
