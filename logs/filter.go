package logs

import (
	"strings"
	"unicode"

	"skywatch/internal/fault"
)

// Filter is a compiled filter pattern of terms: an event matches that has all
// terms of all, and none of none, in its message; where there are only optional
// terms, one of any. Terms are parts of the message, letter by letter.
type Filter struct{ all, any, none []string }

// ParseFilter compiles a filter pattern (user guide, "Filter pattern syntax"):
// terms apart by spaces, phrases in double quotes, "-" before those that must
// not be there, "?" before those of which one is enough. Patterns for JSON, for
// fields and by regular expressions are refused.
func ParseFilter(pattern string) (*Filter, error) {
	rest := strings.TrimSpace(pattern)
	if err := refuse(rest); err != nil {
		return nil, err
	}
	f := &Filter{}
	for rest != "" {
		list := &f.all
		switch rest[0] {
		case '-':
			list, rest = &f.none, rest[1:]
		case '?':
			list, rest = &f.any, rest[1:]
		}
		var term string
		var err error
		if term, rest, err = cutTerm(rest); err != nil {
			return nil, err
		}
		*list = append(*list, term)
		rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
	}
	if len(f.all)+len(f.none) > 0 {
		f.any = nil // optional terms count only among themselves (inferred from the guide)
	}
	return f, nil
}

// refuse names the kinds of patterns that are not offered.
func refuse(pattern string) error {
	kind := ""
	switch {
	case strings.HasPrefix(pattern, "{"):
		kind = "JSON patterns ({ $.field = value })"
	case strings.HasPrefix(pattern, "["):
		kind = "space-delimited patterns ([field, field])"
	case strings.HasPrefix(pattern, "%"):
		kind = "regular expressions (%...%)"
	default:
		return nil
	}
	return fault.New(fault.Unsupported, "The filterPattern is not supported: %s are not offered by this version of Skywatch, only terms are.", kind).On("filterPattern")
}

// cutTerm takes a term off the beginning of a pattern.
func cutTerm(s string) (term, rest string, err error) {
	if strings.HasPrefix(s, `"`) {
		return cutPhrase(s[1:])
	}
	end := strings.IndexFunc(s, unicode.IsSpace)
	if end < 0 {
		end = len(s)
	}
	term, rest = s[:end], s[end:]
	if term == "" {
		return "", "", badFilter()
	}
	if strings.ContainsFunc(term, func(r rune) bool { return !plain(r) }) { // it needs quotes
		return "", "", invalid("filterPattern", "Invalid character(s) in term '%s'", term)
	}
	return term, rest, nil
}

// plain reports whether a letter may stand in a term without quotes. The guide
// allows letters, digits and the underscore.
func plain(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// cutPhrase takes a phrase, whose opening quote is off, from the beginning of a
// pattern. A backslash stands before a quote or a backslash in it.
func cutPhrase(s string) (phrase, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case c == '"' && b.Len() == 0:
			return "", "", badFilter()
		case c == '"':
			return b.String(), s[i+1:], nil
		default:
			b.WriteByte(c)
		}
	}
	return "", "", badFilter()
}

func badFilter() error {
	return invalid("filterPattern", "Invalid filter pattern") // wording (inferred)
}

// Matches reports whether a message has what the filter asks for.
func (f *Filter) Matches(message string) bool {
	for _, term := range f.none {
		if strings.Contains(message, term) {
			return false
		}
	}
	for _, term := range f.all {
		if !strings.Contains(message, term) {
			return false
		}
	}
	for _, term := range f.any {
		if strings.Contains(message, term) {
			return true
		}
	}
	return len(f.any) == 0
}
