package main

import (
	"fmt"
	"strings"
)

// schemaSource writes the schemas of the given operations: XInput and XOutput
// for each, and everything that these refer to.
func schemaSource(m *model, service string, ops []string) (string, error) {
	if m.Metadata.Protocol != "query" && m.Metadata.Protocol != "json" && !m.rest() {
		return "", fmt.Errorf("no schemas for protocol %s yet", m.Metadata.Protocol)
	}
	e := &emitter{model: m, names: map[string]string{}, open: map[string]bool{}}
	for _, name := range ops {
		op, ok := m.Operations[name]
		if !ok {
			return "", fmt.Errorf("the model has no operation %s", name)
		}
		if err := e.operation(name, op); err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
	}
	return header(m, service) + fmt.Sprintf(`import (
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"

	"skywatch/api/wire/schemas"
)

const model = schemas.Model("com.amazonaws.%s")

`, service) + e.out.String(), nil
}

// emitter writes each shape once, after those that it refers to.
type emitter struct {
	model *model
	out   strings.Builder
	// names are the Go variables of the shapes written so far.
	names map[string]string
	open  map[string]bool
}

func (e *emitter) operation(name string, op operation) error {
	for _, io := range []struct {
		ref    *ref
		suffix string
	}{{op.Input, "Input"}, {op.Output, "Output"}} {
		if io.ref == nil {
			continue
		}
		if err := e.named(name+io.suffix, io.ref.Shape); err != nil {
			return err
		}
	}
	for _, r := range op.Errors {
		if err := e.named(r.Shape, r.Shape); err != nil {
			return err
		}
	}
	if e.model.rest() {
		fmt.Fprintf(&e.out, "// %s is the operation.\nvar %s = model.Operation(%q, &traits.HTTP{Method: %q, URI: %q, Code: %d})\n\n",
			name, name, name, op.HTTP.Method, op.HTTP.URI, op.HTTP.Code)
	}
	return nil
}

// named writes a shape under an exported name.
func (e *emitter) named(goName, shapeName string) error {
	if was, ok := e.names[shapeName]; ok {
		if was != goName {
			fmt.Fprintf(&e.out, "// %s is %s.\nvar %s = %s\n\n", goName, was, goName, was)
		}
		return nil
	}
	return e.shape(goName, shapeName)
}

// use returns the variable of a shape, which it writes if need be.
func (e *emitter) use(shapeName string) (string, error) {
	if name, ok := e.names[shapeName]; ok {
		return name, nil
	}
	goName := "shape" + strings.ToUpper(shapeName[:1]) + shapeName[1:]
	if shapeName[:1] == strings.ToLower(shapeName[:1]) {
		// SNS has both String and string.
		goName = "plain" + strings.ToUpper(shapeName[:1]) + shapeName[1:]
	}
	return goName, e.shape(goName, shapeName)
}

func (e *emitter) shape(goName, shapeName string) error {
	s, ok := e.model.Shapes[shapeName]
	if !ok {
		return fmt.Errorf("the model has no shape %s", shapeName)
	}
	if e.open[shapeName] {
		return fmt.Errorf("shape %s contains itself", shapeName)
	}
	e.open[shapeName] = true
	expr, err := e.expr(shapeName, s)
	if err != nil {
		return err
	}
	if goName[:1] != strings.ToLower(goName[:1]) {
		fmt.Fprintf(&e.out, "// %s is the shape %s.\n", goName, shapeName)
	}
	fmt.Fprintf(&e.out, "var %s = %s\n\n", goName, expr)
	e.names[shapeName] = goName
	return nil
}

func (e *emitter) expr(name string, s *shape) (string, error) {
	switch s.Type {
	case "structure":
		return e.structure(name, s)
	case "list":
		member, err := e.member("member", *s.Member)
		return fmt.Sprintf("model.List(%q, %s)", name, member), err
	case "map":
		key, err := e.member("key", *s.Key)
		if err != nil {
			return "", err
		}
		value, err := e.member("value", *s.Value)
		return fmt.Sprintf("model.Map(%q, %s, %s)", name, key, value), err
	}
	typ, ok := simple[s.Type]
	if !ok {
		return "", fmt.Errorf("shape %s has unknown type %s", name, s.Type)
	}
	if len(s.Enum) > 0 {
		typ = "Enum"
	}
	return fmt.Sprintf("model.Simple(%q, smithy.ShapeType%s)", name, typ), nil
}

// simple maps the model's types to smithy's.
var simple = map[string]string{
	"string": "String", "boolean": "Boolean", "integer": "Integer", "long": "Long", "float": "Float",
	"double": "Double", "timestamp": "Timestamp", "blob": "Blob", "character": "String",
}

func (e *emitter) structure(name string, s *shape) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "model.%s(%q", map[bool]string{false: "Structure", true: "Union"}[s.Union], name)
	b.WriteString(", " + errorTraits(s))
	for _, m := range s.Members {
		write := e.member
		if e.model.rest() {
			write = e.bound
		}
		if m.name == s.Payload {
			m.Location = "payload"
		}
		expr, err := write(m.name, m.ref)
		if err != nil {
			return "", fmt.Errorf("%s.%s: %w", name, m.name, err)
		}
		b.WriteString(",\n" + expr)
	}
	b.WriteString(",\n)")
	return b.String(), nil
}

// errorTraits gives an error its fault, status and Query code.
func errorTraits(s *shape) string {
	if !s.Exception {
		return "nil"
	}
	fault, status := "server", 500
	if s.Error.SenderFault {
		fault, status = "client", 400
	}
	if s.Error.Status != 0 {
		status = s.Error.Status
	}
	t := fmt.Sprintf("[]smithy.Trait{&traits.Error{Type: %q}, &traits.HTTPError{Code: %d}", fault, status)
	if s.Error.Code != "" {
		t += fmt.Sprintf(", &traits.AWSQueryError{ErrorCode: %q, StatusCode: %d}", s.Error.Code, status)
	}
	return t + "}"
}

// member writes a member with its traits. The model marks a flattened list on
// the list's shape or on the member that has it; a flattened list is named
// after the name of its elements, if they have one.
func (e *emitter) member(name string, r ref) (string, error) {
	if r.Location != "" {
		return "", fmt.Errorf("no trait for location %s yet", r.Location)
	}
	target, err := e.use(r.Shape)
	if err != nil {
		return "", err
	}
	s := e.model.Shapes[r.Shape]
	xmlName := r.LocationName
	flat := r.Flattened || s.Flattened
	if flat && s.Member != nil && s.Member.LocationName != "" {
		xmlName = s.Member.LocationName
	}
	expr := fmt.Sprintf("schemas.Member(%q, %s", name, target)
	if xmlName != "" {
		expr += fmt.Sprintf(", &traits.XMLName{Name: %q}", xmlName)
	}
	if flat {
		expr += ", &traits.XMLFlattened{}"
	}
	return expr + ")", nil
}
