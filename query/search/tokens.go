package search

import (
	"strings"
	"unicode"
)

// tokens cuts a text into the parts that words are matched with, in lower case:
// at what is neither letter nor digit, where a capital follows a small letter,
// between letters and digits, and before the last capital of several that a
// small letter follows (SDBFailure: sdb, failure).
func tokens(s string) []string {
	var out []string
	runes := []rune(s)
	from := 0
	flush := func(to int) {
		if from < to {
			out = append(out, strings.ToLower(string(runes[from:to])))
		}
		from = to
	}
	for i, r := range runes {
		switch {
		case !alphanumeric(r):
			flush(i)
			from = i + 1
		case i > from && begins(runes, i):
			flush(i)
		}
	}
	flush(len(runes))
	return out
}

// begins reports whether a part begins at runes[i], which is not the first of
// its run.
func begins(runes []rune, i int) bool {
	r, before := runes[i], runes[i-1]
	switch {
	case unicode.IsDigit(r) != unicode.IsDigit(before):
		return true
	case unicode.IsUpper(r) && !unicode.IsUpper(before):
		return true
	}
	return unicode.IsUpper(r) && i+1 < len(runes) && unicode.IsLower(runes[i+1])
}

func alphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// contains reports whether a word's parts stand one after the other among those
// of a text. A part of the word may be several of the text run together:
// customcount finds CustomCount1 [T].
func contains(text, word []string) bool {
	if len(word) == 0 {
		return false
	}
	for from := range text {
		if follows(text[from:], word) {
			return true
		}
	}
	return false
}

// follows reports whether text begins with the word's parts.
func follows(text, word []string) bool {
	at := 0
	for _, part := range word {
		for part != "" {
			if at == len(text) || !strings.HasPrefix(part, text[at]) {
				return false
			}
			part = part[len(text[at]):]
			at++
		}
	}
	return true
}
