package constraint

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Message words violations as AWS does: "1 validation error detected: Value
// 'X' at 'stateValue' failed to satisfy constraint: Member must ...". It is
// empty if there are none.
func Message(vs []Violation) string {
	if len(vs) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d validation error", len(vs))
	if len(vs) > 1 {
		b.WriteByte('s')
	}
	b.WriteString(" detected: ")
	for i, v := range vs {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(v.String())
	}
	return b.String()
}

// String returns the violation's part of the message.
func (v Violation) String() string {
	value := "'" + v.Value + "' "
	switch {
	case v.Null:
		value = "null "
	case v.Hidden: // as the framework of AWS's services words it
		value = ""
	}
	return fmt.Sprintf("Value %sat '%s' failed to satisfy constraint: Member must %s", value, v.Path, v.Constraint)
}

// maxText bounds the text of a value, which the client sent and knows.
const maxText = 2048

// text prints a value as Java would: [a, b] for lists, {k=v} for maps. The
// form of a structure, Name(member=value), is inferred.
func text(v reflect.Value) string {
	s := appendText(nil, v)
	if len(s) > maxText {
		return strings.ToValidUTF8(string(s[:maxText]), "") + "..."
	}
	return string(s)
}

func appendText(b []byte, v reflect.Value) []byte {
	if len(b) > maxText {
		return b
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return append(b, "null"...)
		}
		return appendText(b, v.Elem())
	case reflect.String:
		return append(b, v.String()...)
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10)
	case reflect.Float32, reflect.Float64:
		return strconv.AppendFloat(b, v.Float(), 'f', -1, 64)
	case reflect.Slice:
		return appendList(b, v)
	case reflect.Map:
		return appendMap(b, v)
	case reflect.Struct:
		return appendStruct(b, v)
	}
	return b
}

func appendList(b []byte, v reflect.Value) []byte {
	b = append(b, '[')
	for i := range v.Len() {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendText(b, v.Index(i))
	}
	return append(b, ']')
}

func appendMap(b []byte, v reflect.Value) []byte {
	b = append(b, '{')
	for i, k := range sortedKeys(v) {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(append(b, k.String()...), '=')
		b = appendText(b, v.MapIndex(k))
	}
	return append(b, '}')
}

func appendStruct(b []byte, v reflect.Value) []byte {
	if t, ok := reflect.TypeAssert[time.Time](v); ok {
		return t.UTC().AppendFormat(b, time.RFC3339)
	}
	b = append(append(b, v.Type().Name()...), '(')
	first := true
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || absent(v.Field(i)) {
			continue
		}
		if !first {
			b = append(b, ", "...)
		}
		first = false
		b = append(append(b, lowerFirst(f.Name)...), '=')
		b = appendText(b, v.Field(i))
	}
	return append(b, ')')
}

func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
	return keys
}
