package rules

import (
	"encoding/json"

	"skywatch/internal/fault"
	"skywatch/pattern"
)

// BadPattern is the fault.Error.Subject of the refusal of a pattern.
const BadPattern = pattern.Subject

// TestPattern reports whether an event, a whole envelope, matches a pattern.
func TestPattern(text, event string) (bool, error) {
	p, err := pattern.Compile([]byte(text))
	if err != nil {
		return false, err
	}
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(event), &members) != nil || members == nil {
		return false, badEvent()
	}
	for _, name := range []string{"id", "account", "source", "time", "region", "detail-type"} {
		if _, ok := members[name]; !ok {
			return false, badEvent()
		}
	}
	return p.Match([]byte(event))
}

func badEvent() error {
	return fault.New(fault.Validation, "Parameter Event is not valid.").On("Event")
}
