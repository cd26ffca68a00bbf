package oracle

import "strings"

// isText reports whether s has 1 to limit printable ASCII characters, at
// least one of them not blank.
func isText(s string, limit int) bool {
	if len(s) == 0 || len(s) > limit {
		return false
	}
	for i := range len(s) {
		if s[i] < 32 || s[i] > 126 {
			return false
		}
	}
	return strings.Trim(s, " ") != ""
}

// checkText refuses a name that breaks the rules of 3.3. An empty one may be
// called too short or missing.
func (e *Errors) checkText(s string, limit int, colonAllowed bool) {
	if s == "" {
		e.refuse(MissingParameter)
	}
	if !isText(s, limit) || (!colonAllowed && strings.HasPrefix(s, ":")) {
		e.refuse(ValidationError, InvalidParameterValue)
	}
}

func (e *Errors) checkNamespace(s string)  { e.checkText(s, 255, false) }
func (e *Errors) checkMetricName(s string) { e.checkText(s, 255, true) }

// checkDimensions applies the rules of one metric's dimensions.
func (e *Errors) checkDimensions(dimensions []Dimension) {
	if len(dimensions) > 30 {
		e.refuse(ValidationError, InvalidParameterValue)
	}
	seen := make(map[string]bool)
	for _, d := range dimensions {
		e.checkText(d.Name, 255, false)
		e.checkText(d.Value, 1024, true)
		if seen[d.Name] {
			e.refuse(InvalidParameterValue)
		}
		seen[d.Name] = true
	}
}
