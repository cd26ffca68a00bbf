package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// placeholder is a variable's name between angle brackets.
var placeholder = regexp.MustCompile(`<[A-Za-z0-9_.\-]+>`)

// placeholders returns the names in a template.
func placeholders(template string) []string {
	var names []string
	for _, p := range placeholder.FindAllString(template, -1) {
		names = append(names, p[1:len(p)-1])
	}
	return names
}

// render fills in a template. The first character tells its kind: { and [
// begin a JSON template, which must be a JSON value in the end; " begins a
// string template, of one quoted text or several on lines of their own. What
// is neither is taken when it is put and never delivered (recorded).
func render(template string, value func(name string) (json.RawMessage, error)) ([]byte, error) {
	text := strings.TrimLeft(template, " \t\r\n")
	if text == "" || !strings.ContainsRune(`{["`, rune(text[0])) {
		return nil, errors.New("the template is neither JSON nor a quoted text")
	}
	quotes := text[0] == '"'
	var out bytes.Buffer
	inside := false // a quoted text
	at := 0
	for _, span := range placeholder.FindAllStringIndex(template, -1) {
		literal := template[at:span[0]]
		out.WriteString(literal)
		inside = quoted(literal, inside)
		at = span[1]
		v, err := value(template[span[0]+1 : span[1]-1])
		if err != nil {
			return nil, err
		}
		if err := insert(&out, v, inside, quotes); err != nil {
			return nil, fmt.Errorf("%s: %w", template[span[0]:span[1]], err)
		}
	}
	out.WriteString(template[at:])
	return out.Bytes(), wellFormed(out.Bytes(), quotes)
}

// quoted reports whether a quoted text is open after literal.
func quoted(literal string, inside bool) bool {
	for i := 0; i < len(literal); i++ {
		switch {
		case inside && literal[i] == '\\':
			i++
		case literal[i] == '"':
			inside = !inside
		}
	}
	return inside
}

// insert writes a value: as JSON outside of quotes, as text within. The text
// of a string is what stands between its quotes, escapes and all, so that it
// cannot end the text that it is put into.
func insert(out *bytes.Buffer, v json.RawMessage, inside, stringTemplate bool) error {
	switch {
	case !inside:
		out.Write(v)
	case v[0] == '"':
		out.Write(v[1 : len(v)-1])
	case v[0] != '{' && v[0] != '[':
		out.Write(v)
	case stringTemplate:
		return unquoted(out, v)
	default:
		return errors.New("an object or a list cannot stand within quotes in a JSON template") // (recorded: nothing is delivered)
	}
	return nil
}

// unquoted writes a value as a text does: {a:b,c:[d,e]} (recorded).
func unquoted(out *bytes.Buffer, v json.RawMessage) error {
	switch v[0] {
	case '"':
		out.Write(v[1 : len(v)-1])
	case '{':
		members, err := membersOf(v)
		if err != nil {
			return err
		}
		out.WriteByte('{')
		for i, m := range members {
			name, err := plain(m.name)
			if err != nil {
				return err
			}
			if i > 0 {
				out.WriteByte(',')
			}
			out.Write(name[1 : len(name)-1])
			out.WriteByte(':')
			if err := unquoted(out, m.value); err != nil {
				return err
			}
		}
		out.WriteByte('}')
	case '[':
		var elements []json.RawMessage
		if err := json.Unmarshal(v, &elements); err != nil {
			return err
		}
		out.WriteByte('[')
		for i, e := range elements {
			if i > 0 {
				out.WriteByte(',')
			}
			if err := unquoted(out, e); err != nil {
				return err
			}
		}
		out.WriteByte(']')
	default:
		out.Write(v)
	}
	return nil
}

// wellFormed holds that the result is one JSON value, or for a string template
// one or more.
func wellFormed(b []byte, several bool) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	for n := 0; ; n++ {
		var v json.RawMessage
		err := dec.Decode(&v)
		switch {
		case err == io.EOF && n > 0:
			return nil
		case err != nil:
			return fmt.Errorf("the result is not JSON: %w", err)
		case n > 0 && !several:
			return errors.New("the result is more than one JSON value")
		}
	}
}
