package body

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// maxDepth bounds how deep a body is nested (ours: AWS names no bound). What the
// rules know of is nested 10 deep; the parameters of custom widgets may be deeper.
const maxDepth = 100

//lint:ignore ST1005 AWS's sentence [T]
var errNoObject = errors.New("The field DashboardBody must be a valid JSON object")

type kind uint8

const (
	null kind = iota
	boolean
	number
	text
	array
	object
)

// value is a JSON value; the field that holds it follows from its kind.
type value struct {
	kind    kind
	text    string
	number  float64 // infinite beyond what a float64 holds
	items   []*value
	members []member // in the order of the text; of two with one name the last counts
}

type member struct {
	name string
	*value
}

// get returns the member of an object, or nil.
func (v *value) get(name string) *value {
	for i := len(v.members) - 1; i >= 0; i-- {
		if v.members[i].name == name {
			return v.members[i].value
		}
	}
	return nil
}

// textOf returns the text of a member, empty where it is none.
func (v *value) textOf(name string) string {
	if m := v.get(name); m != nil && m.kind == text {
		return m.text
	}
	return ""
}

// parse reads a text that is one JSON object.
func parse(s string) (*value, error) {
	if !json.Valid([]byte(s)) {
		return nil, errNoObject
	}
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	v, err := read(d, 0)
	if err == nil && v.kind != object {
		err = errNoObject
	}
	return v, err
}

func read(d *json.Decoder, depth int) (*value, error) {
	if depth > maxDepth {
		//lint:ignore ST1005 a sentence for clients
		return nil, fmt.Errorf("The field DashboardBody must not be nested more than %d deep", maxDepth)
	}
	token, err := d.Token()
	if err != nil {
		return nil, errNoObject
	}
	switch t := token.(type) {
	case json.Delim:
		return readAll(d, t, depth)
	case string:
		return &value{kind: text, text: t}, nil
	case json.Number:
		n, _ := t.Float64() // an error means: infinite
		return &value{kind: number, number: n}, nil
	case bool:
		return &value{kind: boolean}, nil
	}
	return &value{}, nil
}

// readAll reads the rest of an array or object.
func readAll(d *json.Decoder, opening json.Delim, depth int) (*value, error) {
	v := &value{kind: array}
	if opening == '{' {
		v.kind = object
	}
	for d.More() {
		name := ""
		if v.kind == object {
			token, err := d.Token()
			if err != nil {
				return nil, errNoObject
			}
			name = token.(string)
		}
		item, err := read(d, depth+1)
		if err != nil {
			return nil, err
		}
		if v.kind == object {
			v.members = append(v.members, member{name, item})
		} else {
			v.items = append(v.items, item)
		}
	}
	_, err := d.Token()
	return v, err
}

// Compact writes a body without the blanks between its values; all else is as it
// was sent. A text that is no JSON is returned as it is.
func Compact(s string) string {
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(s)); err != nil {
		return s
	}
	return b.String()
}
