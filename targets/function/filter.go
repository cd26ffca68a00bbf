package function

import (
	"bytes"
	"encoding/json"

	"skywatch/pattern"
)

// Limits of filters (Lambda developer guide, "Control which events Lambda sends
// to your function").
const (
	mostFilters   = 5
	longestFilter = 4096
)

// filter lets a record through that matches one of its patterns, or any where
// it has none.
type filter []*pattern.Pattern

func compileFilter(patterns []string) (filter, error) {
	if len(patterns) > mostFilters {
		return nil, invalid("FilterCriteria", "FilterCriteria must not have more than %d filters.", mostFilters) // wording (inferred)
	}
	var all filter
	for _, text := range patterns {
		p, err := pattern.Compile([]byte(text))
		if err != nil || len(text) > longestFilter { // AWS's words
			return nil, invalid("FilterCriteria", "Invalid filter pattern definition.")
		}
		all = append(all, p)
	}
	return all, nil
}

func (f filter) matches(record []byte) bool {
	for _, p := range f {
		if ok, err := p.Match(record); err == nil && ok {
			return true
		}
	}
	return len(f) == 0
}

// FilterData is the data of a record as filters see it: an object or an array
// as JSON, anything else as a string (Lambda developer guide, "Properly
// filtering Amazon SQS messages"; that numbers alone are strings is inferred).
func FilterData(data string) any {
	trimmed := bytes.TrimSpace([]byte(data))
	if len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') && json.Valid(trimmed) {
		return json.RawMessage(trimmed)
	}
	return data
}
