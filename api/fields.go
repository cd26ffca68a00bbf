package api

import (
	"reflect"
	"strings"

	"skywatch/api/wire/constraint"
	"skywatch/internal/fault"
)

// check holds an input to the model's constraints and refuses members that
// nothing acts on, by name.
func (op *Operation) check(in any) error {
	if op.constraints != nil {
		if broken := constraint.Check(op.constraints, op.Input, in); len(broken) > 0 {
			return fault.New(fault.Validation, "%s", constraint.Message(broken))
		}
	}
	for path, s := range op.fields {
		if s == Refused && present(reflect.ValueOf(in), strings.Split(path, ".")) {
			return fault.New(fault.Validation, "The parameter %s is not supported by this version of Skywatch.", path).On(path)
		}
	}
	return nil
}

// present reports whether the member at path was sent, in any element of the
// lists on the way.
func present(v reflect.Value, path []string) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return !v.IsNil() && (len(path) == 0 || present(v.Elem(), path))
	case reflect.Slice:
		if len(path) == 0 {
			return v.Len() > 0
		}
		for i := range v.Len() {
			if present(v.Index(i), path) {
				return true
			}
		}
		return false
	case reflect.Map:
		return v.Len() > 0
	case reflect.Struct:
		if len(path) == 0 {
			return true
		}
		f := v.FieldByName(path[0])
		return f.IsValid() && present(f, path[1:])
	default:
		return !v.IsZero()
	}
}
