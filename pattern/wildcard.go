package pattern

import "strings"

// wildcard is a compiled wildcard: the literals between its stars. One literal
// means no star; a star at an end gives an empty literal there.
type wildcard []string

// parseWildcard reads a wildcard. Positions in a refusal count the quote
// before the value, as the engine does.
func parseWildcard(s string) (wildcard, *refusal) {
	var (
		w   wildcard
		lit []byte
	)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '*':
			if i+1 < len(s) && s[i+1] == '*' {
				return nil, refuse("Consecutive wildcard characters at pos %d", i+1)
			}
			w, lit = append(w, string(lit)), lit[:0]
		case '\\':
			if i+1 == len(s) || s[i+1] != '*' && s[i+1] != '\\' {
				return nil, refuse("Invalid escape character at pos %d", i+1)
			}
			i++
			lit = append(lit, s[i])
		default:
			lit = append(lit, c)
		}
	}
	return append(w, string(lit)), nil
}

// match takes each literal at the first place after the one before it: if any
// way fits, this one does, and nothing is tried twice.
func (w wildcard) match(s string) bool {
	head, tail := w[0], w[len(w)-1]
	if len(w) == 1 {
		return s == head
	}
	if len(s) < len(head)+len(tail) || s[:len(head)] != head || s[len(s)-len(tail):] != tail {
		return false
	}
	s = s[len(head) : len(s)-len(tail)]
	for _, lit := range w[1 : len(w)-1] {
		i := strings.Index(s, lit)
		if i < 0 {
			return false
		}
		s = s[i+len(lit):]
	}
	return true
}
