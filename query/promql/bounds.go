package promql

import "errors"

// Limits of a query's text (ours): the parser and the engine go down it
// recursively, and neither can be stopped on the way.
const (
	maxNesting  = 200      // brackets within each other
	maxUnquoted = 16 << 10 // bytes that are in no string
)

var (
	errTooLong = errors.New("more than 16384 bytes outside of strings")
	errTooDeep = errors.New("nested more than 200 deep")
)

// Bounded refuses a query that is too deep or too long to be parsed in a bounded
// time.
func Bounded(query string) error {
	depth, unquoted := 0, 0
	var quote byte // of the string that we are in
	for i := 0; i < len(query); i++ {
		c := query[i]
		switch {
		case quote != 0 && c == '\\' && quote != '`':
			i++
			continue
		case quote != 0:
			if c == quote {
				quote = 0
			}
			continue
		case c == '#': // a comment, to the end of its line
			for i+1 < len(query) && query[i+1] != '\n' {
				i++
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			depth--
		}
		if unquoted++; unquoted > maxUnquoted {
			return errTooLong
		}
		if depth > maxNesting {
			return errTooDeep
		}
	}
	return nil
}
