package body

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// maxFindings is how many errors, and how many warnings, are told (ours): a body
// of which everything is wrong must not be answered with many times its bytes.
const maxFindings = 1000

// Finding is something about a body that its author should know.
type Finding struct {
	Path    string `json:"dataPath"` // a JSON pointer
	Message string `json:"message"`
}

// Report is what Check has found.
type Report struct {
	// Errors are those for which the body is not taken.
	Errors []Finding
	// Warnings come with a body that is taken.
	Warnings []Finding
}

// Refusal is the message of the error with which a body is refused, in AWS's
// form [T]; empty if there are no errors.
func (r *Report) Refusal() string {
	if len(r.Errors) == 0 {
		return ""
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r.Errors); err != nil {
		panic(fmt.Sprintf("encode findings: %v", err)) // two texts each
	}
	return fmt.Sprintf("The dashboard body is invalid, there are %d validation errors:\n%s", len(r.Errors), strings.TrimSuffix(b.String(), "\n"))
}

// Check judges a body. An error says that the text is no JSON object at all.
func Check(s string) (*Report, error) {
	v, err := parse(s)
	if err != nil {
		return nil, err
	}
	c := &checker{}
	dashboard(c, v, nil)
	return &c.Report, nil
}

// checker gathers what the rules find.
type checker struct {
	Report
	metrics int // rows so far, in all widgets
}

func (c *checker) wrong(at *place, format string, args ...any) { add(&c.Errors, at, format, args) }
func (c *checker) warn(at *place, format string, args ...any)  { add(&c.Warnings, at, format, args) }

func add(to *[]Finding, at *place, format string, args []any) {
	if len(*to) < maxFindings {
		*to = append(*to, Finding{at.String(), fmt.Sprintf(format, args...)})
	}
}

// lacks says that the object at a place has no member of that name.
func (c *checker) lacks(at *place, name string) {
	c.wrong(at, "Should have required property '%s'", name)
}

// unknown says that a member means nothing: it is kept, and has no effect. AWS's
// words are known for widgets [T]; for the rest they are inferred.
func (c *checker) unknown(at *place, name string) {
	of := "dashboard"
	if at.in != nil && at.top() == "widgets" {
		of = "widget"
	}
	c.warn(at, `The "%s" property is not expected to be part of a %s definition, will be ignored`, name, of)
}
