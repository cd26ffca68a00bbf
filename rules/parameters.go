package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"skywatch/internal/fault"
)

// headerName is a token of RFC 9110.
var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// checkParameters holds the block of the target's kind against the rules, so that
// what can never be sent is not kept.
func (t *Target) checkParameters() error {
	p, err := t.compileParameters()
	if err == nil && p != nil && p.name == httpBlock {
		err = p.checkHeaders()
	}
	if err != nil {
		return fault.New(fault.Validation, "Parameter %s is not valid for target %s. Reason: %s.", blockOf(t.ARN).name, t.ID, err) // wording (inferred)
	}
	return t.checkBlock()
}

func (p *parameters) checkHeaders() error {
	of, _ := p.tree.(map[string]any)
	headers, _ := of["HeaderParameters"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if !headerName.MatchString(name) {
			return fmt.Errorf("%q is not the name of a header", name)
		}
	}
	return nil
}

// parameters are a block ready for use.
type parameters struct {
	block
	// constant is the block where no value of it comes from the event.
	constant json.RawMessage
	// tree is the block as JSON, and paths are those of the values that come
	// from the event, by their text.
	tree  any
	paths map[string]path
}

// compileParameters returns nil for a target without the block of its kind.
func (t *Target) compileParameters() (*parameters, error) {
	p := &parameters{block: blockOf(t.ARN), paths: map[string]path{}}
	raw, ok := t.Blocks[p.name]
	if !ok {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&p.tree); err != nil {
		return nil, fmt.Errorf("read %s: %w", p.name, err)
	}
	if !p.dynamic {
		p.constant = raw
		return p, nil
	}
	_, err := each(p.tree, "", func(name, value string) (string, error) {
		if !dynamic(value) {
			return value, nil
		}
		var err error
		if p.paths[value], err = parsePath(value); err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		return value, nil
	})
	if len(p.paths) == 0 {
		p.constant = raw
	}
	return p, err
}

// dynamic reports whether a value is a path into the event: as a whole, in dot
// notation (events.md 4.2).
func dynamic(value string) bool {
	return value == "$" || strings.HasPrefix(value, "$.") || strings.HasPrefix(value, "$[")
}

// of returns the parameters with the values from the event filled in. A value
// that the event does not have, or that is no text, number or boolean, is an
// error: what would be called without it is something else (inferred).
func (p *parameters) of(envelope []byte) (json.RawMessage, error) {
	if p == nil || p.constant != nil {
		return p.fixed(), nil
	}
	filled, err := each(p.tree, "", func(name, value string) (string, error) {
		at, ok := p.paths[value]
		if !ok {
			return value, nil
		}
		found, ok := at.in(envelope)
		if !ok {
			return "", fmt.Errorf("%s: the event has nothing at %s", name, value)
		}
		text, ok := scalar(found)
		if !ok {
			return "", fmt.Errorf("%s: what the event has at %s is no text, number or boolean", name, value)
		}
		return text, nil
	})
	if err != nil {
		return nil, err
	}
	return json.Marshal(filled)
}

func (p *parameters) fixed() json.RawMessage {
	if p == nil {
		return nil
	}
	return p.constant
}

// scalar is the text of a JSON text, number or boolean; numbers as they are
// spelled.
func scalar(v json.RawMessage) (string, bool) {
	switch v[0] {
	case '"':
		var s string
		err := json.Unmarshal(v, &s)
		return s, err == nil
	case '{', '[', 'n':
		return "", false
	}
	return string(v), true
}

// each returns a copy of JSON in which every text is what f makes of it; name is
// that of the members that lead to it.
func each(v any, name string, f func(name, value string) (string, error)) (any, error) {
	var err error
	switch x := v.(type) {
	case string:
		return f(name, x)
	case map[string]any:
		out := map[string]any{}
		for _, key := range slices.Sorted(maps.Keys(x)) {
			if out[key], err = each(x[key], strings.TrimSpace(name+" "+key), f); err != nil {
				return nil, err
			}
		}
		return out, nil
	case []any:
		out := make([]any, len(x))
		for i := range x {
			if out[i], err = each(x[i], name, f); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}
