package abroad

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// read reads the delivery's parameters; without any, to stays as it is.
func (e *errand) read(to any) error {
	if len(e.Parameters) == 0 {
		return nil
	}
	if err := json.Unmarshal(e.Parameters, to); err != nil {
		return fmt.Errorf("read the target's parameters: %w", err)
	}
	return nil
}

var errNoParameters = errors.New("the target lacks the parameters of its kind")

func isObject(text string) bool {
	return strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") && json.Valid([]byte(text))
}

// members returns the payload's members, if it is an object with at least one of
// the names and no other; else nil. It tells a payload that is meant for an
// operation from an event.
func members(payload string, names ...string) map[string]json.RawMessage {
	var all map[string]json.RawMessage
	if json.Unmarshal([]byte(payload), &all) != nil || len(all) == 0 {
		return nil
	}
	known := map[string]bool{}
	for _, n := range names {
		known[n] = true
	}
	for name := range all {
		if !known[name] {
			return nil
		}
	}
	return all
}

// lowered returns JSON whose members begin with a small letter, at every depth:
// events name the members of some services' structures as the SDK for Java does.
func lowered(raw json.RawMessage) json.RawMessage {
	var v any
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return raw
	}
	out, err := json.Marshal(lower(v))
	if err != nil {
		return raw
	}
	return out
}

func lower(v any) any {
	switch x := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, value := range x {
			out[lowerFirst(name)] = lower(value)
		}
		return out
	case []any:
		for i := range x {
			x[i] = lower(x[i])
		}
	}
	return v
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
