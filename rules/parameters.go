package rules

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"skywatch/internal/fault"
)

// httpBlock is the name of the block that API destinations take.
const httpBlock = "HttpParameters"

// httpParameters are what a target adds to a call, in the form in which the
// door keeps the block and targets/destination reads it.
type httpParameters struct {
	PathParameterValues   []string          `json:",omitempty"`
	HeaderParameters      map[string]string `json:",omitempty"`
	QueryStringParameters map[string]string `json:",omitempty"`
}

// headerName is a token of RFC 9110.
var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// checkParameters holds the target's HttpParameters against the rules, so that
// what can never be sent is not kept.
func (t *Target) checkParameters() error {
	p, err := t.compileParameters()
	if err != nil {
		return fault.New(fault.Validation, "Parameter HttpParameters is not valid for target %s. Reason: %s.", t.ID, err) // wording (inferred)
	}
	if p == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(p.block.HeaderParameters)) {
		if !headerName.MatchString(name) {
			return fault.New(fault.Validation, "Parameter HttpParameters is not valid for target %s. Reason: %q is not the name of a header.", t.ID, name) // wording (inferred)
		}
	}
	return nil
}

// parameters are HttpParameters ready for use.
type parameters struct {
	block httpParameters
	// constant is the block where no value of it comes from the event.
	constant json.RawMessage
	// paths are those of the values that come from the event, by their text.
	paths map[string]path
}

// compileParameters returns nil for a target without HttpParameters.
func (t *Target) compileParameters() (*parameters, error) {
	raw, ok := t.Blocks[httpBlock]
	if !ok {
		return nil, nil
	}
	p := &parameters{paths: map[string]path{}}
	if err := json.Unmarshal(raw, &p.block); err != nil {
		return nil, fmt.Errorf("read %s: %w", httpBlock, err)
	}
	err := p.block.each(func(name, value string) (string, error) {
		if !dynamic(value) {
			return value, nil
		}
		var err error
		if p.paths[value], err = parsePath(value); err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		return value, nil
	})
	if err == nil && len(p.paths) == 0 {
		p.constant, err = json.Marshal(p.block)
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
	filled := p.block.copy()
	err := filled.each(func(name, value string) (string, error) {
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

// each replaces every value by what f makes of it.
func (h *httpParameters) each(f func(name, value string) (string, error)) (err error) {
	for i, v := range h.PathParameterValues {
		if h.PathParameterValues[i], err = f("PathParameterValues", v); err != nil {
			return err
		}
	}
	for _, of := range []struct {
		name string
		all  map[string]string
	}{{"HeaderParameters", h.HeaderParameters}, {"QueryStringParameters", h.QueryStringParameters}} {
		for _, key := range slices.Sorted(maps.Keys(of.all)) {
			if of.all[key], err = f(of.name+" "+key, of.all[key]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h *httpParameters) copy() *httpParameters {
	return &httpParameters{slices.Clone(h.PathParameterValues), maps.Clone(h.HeaderParameters), maps.Clone(h.QueryStringParameters)}
}
