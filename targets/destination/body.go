package destination

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// merge puts the connection's body parameters into a body, which must be a
// JSON object then (inferred): to leave them out would be another call. What
// the body holds keeps its order and its spelling; a parameter stands where
// the body has a member of its name, and behind the body's members otherwise.
func merge(body []byte, added []Parameter) ([]byte, error) {
	if len(added) == 0 {
		return body, nil
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil || object == nil {
		return nil, errors.New("the body is not a JSON object, into which the connection's body parameters could be put")
	}
	names, err := namesOf(body)
	if err != nil {
		return nil, err
	}
	for _, p := range added {
		if _, has := object[p.Key]; !has {
			names = append(names, p.Key)
		}
		if object[p.Key], err = plain(p.Value); err != nil {
			return nil, err
		}
	}
	return inOrder(names, object)
}

// namesOf returns the names of a JSON object's members in their order, each
// once.
func namesOf(object []byte) ([]string, error) {
	dec := json.NewDecoder(bytes.NewReader(object))
	if _, err := dec.Token(); err != nil { // {
		return nil, err
	}
	var names []string
	seen := make(map[string]bool)
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, err
		}
		if name, _ := token.(string); !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names, nil
}

// inOrder encodes the members of those names.
func inOrder(names []string, members map[string]json.RawMessage) ([]byte, error) {
	b := bytes.NewBufferString("{")
	for i, name := range names {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := plain(name)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		if err := json.Compact(b, members[name]); err != nil {
			return nil, fmt.Errorf("encode body: %w", err)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// plain returns s as a JSON string without the escapes that are for HTML.
func plain(s string) (json.RawMessage, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return nil, fmt.Errorf("encode body: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
