package rule

import "fmt"

// Error says why a text is no rule, in the service's words where they are known
// (recorded: what it says of tokens and of AT_LEAST).
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

func fail(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// unexpected is the error at a token where something else was expected.
func (t token) unexpected(expected string) error {
	return fail("Unsupported token '%s' at char %d, must be: %s", t.text, t.at, expected)
}

// What may follow, as the service lists it.
const (
	expectExpression = "'(', 'NOT', AT_LEAST, TRUE or FALSE, ALARM, OK, or INSUFFICIENT_DATA"
	expectOperator   = "<EOF>, 'AND', 'OR'"
	expectInner      = "')', 'AND', 'OR'" // (inferred)
	expectState      = "ALARM, OK, or INSUFFICIENT_DATA"
	expectNumber     = "NUMBER, PERCENTAGE NUMBER"
	expectName       = "'NOT', 'AND', 'OR', 'AT_LEAST', NUMBER, PERCENTAGE NUMBER, TRUE or FALSE, ALARM, OK, or INSUFFICIENT_DATA, " +
		"unquoted alarm name, quoted alarm name"
)
