package rules

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"skywatch/internal/fault"
)

// Input says what a target is sent. At most one member is given; with none it
// is the event itself.
type Input struct {
	// Constant is JSON text that is sent as it is.
	Constant string `json:",omitempty"`
	// Path selects a part of the event.
	Path        string       `json:",omitempty"`
	Transformer *Transformer `json:",omitempty"`
}

// Transformer makes a text of parts of the event.
type Transformer struct {
	Paths    map[string]string `json:",omitempty"` // variable -> path
	Template string
}

func (in *Input) given() bool { return in.Constant != "" || in.Path != "" || in.Transformer != nil }

// check holds an input of the target with the given ID against AWS's rules.
func (in *Input) check(id string) error {
	n := 0
	for _, given := range []bool{in.Constant != "", in.Path != "", in.Transformer != nil} {
		if given {
			n++
		}
	}
	if n > 1 {
		return fault.New(fault.Validation, "Only one of Input, InputPath, or InputTransformer must be provided for target %s.", id)
	}
	if in.Constant != "" && !json.Valid([]byte(in.Constant)) {
		return fault.New(fault.Validation, "JSON syntax error in input for target %s.", id) // wording (inferred)
	}
	if in.Path != "" {
		if _, err := parsePath(in.Path); err != nil {
			return fault.New(fault.Validation, "Invalid InputPath for target %s.", id) // wording (inferred)
		}
	}
	if in.Transformer != nil {
		return in.Transformer.check(id)
	}
	return nil
}

func (t *Transformer) check(id string) error {
	for _, name := range slices.Sorted(maps.Keys(t.Paths)) {
		// Wordings (inferred).
		if strings.HasPrefix(strings.ToLower(name), "aws.") {
			return fault.New(fault.Validation, "InputPathsMap for target %s contains reserved key %s.", id, name)
		}
		if _, err := parsePath(t.Paths[name]); err != nil {
			return fault.New(fault.Validation, "InputPathsMap for target %s contains invalid path %s.", id, t.Paths[name])
		}
	}
	for _, name := range placeholders(t.Template) {
		if _, ok := t.Paths[name]; !ok && !predefined[name] {
			return fault.New(fault.Validation, "InputTemplate for target %s contains invalid placeholder %s.", id, name)
		}
	}
	return nil
}

// input is an Input ready for use.
type input struct {
	constant []byte
	path     path
	whole    bool
	template string
	paths    map[string]path
}

func (in *Input) compile() (c *input, err error) {
	c = &input{}
	switch {
	case in.Constant != "":
		c.constant = []byte(in.Constant)
	case in.Path != "":
		c.path, err = parsePath(in.Path)
	case in.Transformer != nil:
		c.template, c.paths = in.Transformer.Template, map[string]path{}
		for name, text := range in.Transformer.Paths {
			if c.paths[name], err = parsePath(text); err != nil {
				return nil, err
			}
		}
	default:
		c.whole = true
	}
	return c, err
}

// facts are what an input is made of.
type facts struct {
	envelope      []byte
	ruleARN, rule string
	ingested      time.Time
}

// of returns what the target is sent; an error means that it can be sent
// nothing.
func (in *input) of(f facts) ([]byte, error) {
	switch {
	case in.whole:
		return f.envelope, nil
	case in.constant != nil:
		return in.constant, nil
	case in.paths == nil:
		if found, ok := in.path.in(f.envelope); ok {
			return found, nil
		}
		return []byte("null"), nil // the service's answer is not known
	}
	return render(in.template, func(name string) (json.RawMessage, error) {
		if predefined[name] {
			return f.variable(name)
		}
		p, ok := in.paths[name]
		if !ok {
			return nil, fmt.Errorf("the template names %s, which is no variable", name)
		}
		if found, ok := p.in(f.envelope); ok {
			return found, nil
		}
		return json.RawMessage(`""`), nil
	})
}

// Names of the predefined variables.
const (
	varRuleARN  = "aws.events.rule-arn"
	varRuleName = "aws.events.rule-name"
	varIngested = "aws.events.event.ingestion-time"
	varEvent    = "aws.events.event"
	varEventAll = "aws.events.event.json"
)

var predefined = map[string]bool{varRuleARN: true, varRuleName: true, varIngested: true, varEvent: true, varEventAll: true}

// variable returns the value of a predefined variable.
func (f *facts) variable(name string) (json.RawMessage, error) {
	switch name {
	case varRuleARN:
		return plain(f.ruleARN)
	case varRuleName:
		return plain(f.rule)
	case varIngested:
		return plain(f.ingested.UTC().Format(time.RFC3339))
	case varEventAll:
		return f.envelope, nil
	}
	return withoutDetail(f.envelope)
}

// withoutDetail is the envelope as aws.events.event shows it: no detail, and
// detail-type under another name (recorded).
func withoutDetail(envelope []byte) (json.RawMessage, error) {
	members, err := membersOf(envelope)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for _, m := range members {
		switch m.name {
		case "detail":
			continue
		case "detail-type":
			m.name = "detailType"
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		name, err := plain(m.name)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(m.value)
	}
	return json.RawMessage("{" + b.String() + "}"), nil
}
