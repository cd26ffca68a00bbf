package rules

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// path is a JSON path of the kind that targets name: $, then .key, ['key'] or
// [index] any number of times.
type path []step

// step goes to a member, or to an element where there is no key.
type step struct {
	key   string
	index int
	keyed bool
}

func parsePath(text string) (path, error) {
	rest, ok := strings.CutPrefix(text, "$")
	if !ok {
		return nil, fmt.Errorf("path %q does not begin with $", text)
	}
	var p path
	for rest != "" {
		var s step
		var err error
		if rest[0] == '.' {
			s, rest = named(rest[1:])
			if s.key == "" {
				err = fmt.Errorf("path %q has an empty name", text)
			}
		} else {
			s, rest, err = bracket(rest)
		}
		if err != nil {
			return nil, err
		}
		p = append(p, s)
	}
	return p, nil
}

// named reads a name up to the next step.
func named(rest string) (step, string) {
	n := strings.IndexAny(rest, ".[")
	if n < 0 {
		n = len(rest)
	}
	return step{key: rest[:n], keyed: true}, rest[n:]
}

// bracket reads ['key'], ["key"] or [index].
func bracket(rest string) (step, string, error) {
	if len(rest) < 3 || rest[0] != '[' {
		return step{}, "", fmt.Errorf("path: %q is no step", rest)
	}
	if q := rest[1]; q == '\'' || q == '"' {
		key, after, ok := strings.Cut(rest[2:], string(q)+"]")
		if !ok {
			return step{}, "", fmt.Errorf("path: %q does not end", rest)
		}
		return step{key: key, keyed: true}, after, nil
	}
	inner, after, _ := strings.Cut(rest[1:], "]")
	n, err := strconv.ParseUint(inner, 10, 31)
	if err != nil {
		return step{}, "", fmt.Errorf("path: %q is no index", inner)
	}
	return step{index: int(n)}, after, nil
}

// in returns the value at the path, as it is spelled there.
func (p path) in(value json.RawMessage) (json.RawMessage, bool) {
	for _, s := range p {
		if s.keyed {
			var members map[string]json.RawMessage
			if json.Unmarshal(value, &members) != nil {
				return nil, false
			}
			next, ok := members[s.key]
			if !ok {
				return nil, false
			}
			value = next
			continue
		}
		var elements []json.RawMessage
		if json.Unmarshal(value, &elements) != nil || s.index >= len(elements) {
			return nil, false
		}
		value = elements[s.index]
	}
	return value, true
}
