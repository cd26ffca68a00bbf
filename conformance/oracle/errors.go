package oracle

import "strings"

// The Query codes that the operations of this model refuse with.
const (
	InvalidParameterValue       = "InvalidParameterValue"
	InvalidParameterCombination = "InvalidParameterCombination"
	MissingParameter            = "MissingParameter"
	ValidationError             = "ValidationError"
)

// Error is one acceptable refusal. An empty Message means that the text is
// not fixed by the specification; Contains, when set, is the part of it that
// is.
type Error struct {
	Code     string
	Message  string
	Contains string
}

// Errors is the set of acceptable refusals of one request: any one of them is
// a right answer. An empty set means that the request must be accepted.
type Errors []Error

// Allow reports whether the refusal with this code and message is one of the
// acceptable ones.
func (e Errors) Allow(code, message string) bool {
	for _, want := range e {
		if want.allows(code, message) {
			return true
		}
	}
	return false
}

func (e Error) allows(code, message string) bool {
	if e.Code != code || !strings.Contains(message, e.Contains) {
		return false
	}
	return e.Message == "" || e.Message == message
}

// String prints the set on one line.
func (e Errors) String() string {
	if len(e) == 0 {
		return "accepted"
	}
	texts := make([]string, len(e))
	for i, err := range e {
		texts[i] = err.String()
	}
	return strings.Join(texts, " | ")
}

// String prints the code and whatever is known of the message.
func (e Error) String() string {
	switch {
	case e.Message != "":
		return e.Code + ": " + e.Message
	case e.Contains != "":
		return e.Code + ": ..." + e.Contains + "..."
	}
	return e.Code
}

// refuse adds one refusal without a fixed text for each code.
func (e *Errors) refuse(codes ...string) {
	for _, code := range codes {
		*e = append(*e, Error{Code: code})
	}
}

// say adds a refusal whose text is given exactly.
func (e *Errors) say(code, message string) {
	*e = append(*e, Error{Code: code, Message: message})
}

// mention adds a refusal whose text must contain part.
func (e *Errors) mention(code, part string) {
	*e = append(*e, Error{Code: code, Contains: part})
}
