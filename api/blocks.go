package api

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// A block is a structure of parameters for one kind of target, which is kept as
// the client sent it.

// keepBlocks writes those of the named blocks that a target of the SDK's has.
func keepBlocks(target any, names []string) (map[string]json.RawMessage, error) {
	var kept map[string]json.RawMessage
	for _, name := range names {
		block := reflect.ValueOf(target).Elem().FieldByName(name)
		if block.IsNil() {
			continue
		}
		b, err := json.Marshal(block.Interface())
		if err != nil {
			return nil, fmt.Errorf("keep %s: %w", name, err)
		}
		if kept == nil {
			kept = map[string]json.RawMessage{}
		}
		kept[name] = b
	}
	return kept, nil
}

// showBlocks puts kept blocks into a target of the SDK's.
func showBlocks(target any, kept map[string]json.RawMessage) error {
	for name, b := range kept {
		field := reflect.ValueOf(target).Elem().FieldByName(name)
		if !field.IsValid() {
			continue // of a later version
		}
		if err := json.Unmarshal(b, field.Addr().Interface()); err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
	}
	return nil
}

// inBlock reports whether a member is one of the named blocks beneath prefix,
// or in one.
func inBlock(member, prefix string, names []string) bool {
	for _, name := range names {
		if b := prefix + name; member == b || strings.HasPrefix(member, b+".") {
			return true
		}
	}
	return false
}
