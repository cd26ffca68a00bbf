package expr

import "fmt"

// Error is what is wrong with an expression, in words for its author.
type Error struct{ Text string }

// Error implements error.
func (e *Error) Error() string { return e.Text }

func wrong(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// syntaxAt says where an expression cannot be read (wording inferred).
func syntaxAt(text string, at int) error {
	if at >= len(text) {
		return wrong("Invalid syntax: unexpected end of the expression")
	}
	return wrong("Invalid syntax near '%.20s'", text[at:])
}
