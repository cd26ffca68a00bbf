package wire

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"
)

// kind is a shape type as the codecs tell them apart.
type kind uint8

const (
	kindStruct kind = iota + 1
	kindUnion
	kindList
	kindMap
	kindText
	kindBool
	kindInt
	kindDouble
	kindTime
	kindBlob
)

// shape joins a schema with the Go type that holds its values. It is built
// once per (schema, type) and never changes.
type shape struct {
	kind kind
	name string
	// typ is the Go type without the pointer that marks it optional.
	typ reflect.Type
	// bits bounds a kindInt.
	bits int
	// fields are a structure's or union's members in the order of writing.
	fields []*field
	byName map[string]*field
	// byJSONName, byXML and byEC2 are for REST-JSON, Query and EC2 Query.
	byJSONName, byXML, byEC2 map[string]*field
	// elem is the element of a list or the value of a map, key a map's key.
	elem, key *field
}

// field is a member: of a structure, a union, a list or a map.
type field struct {
	// name is the wire name of AWS JSON and CBOR, and of error texts; jsonName
	// that of REST-JSON.
	name, jsonName string
	// index is the Go field of a structure's member.
	index int
	// variant is the struct of a union's member.
	variant reflect.Type
	shape   *shape
	// xml names the element and the Query parameter, ec2 the EC2 Query
	// parameter.
	xml, ec2 string
	// flat lists and maps have no wrapping element.
	flat bool
	// format is the member's timestampFormat trait.
	format timeFormat
	http   binding
}

// shapes is a memo of built shapes. It lives as long as its service.
type shapes struct {
	mu    sync.Mutex
	built sync.Map // shapeKey to *shape
}

type shapeKey struct {
	schema *smithy.Schema
	typ    reflect.Type
}

// shapeOf returns the shape of schema held by typ.
func (s *Service) shapeOf(schema *smithy.Schema, typ reflect.Type) (*shape, error) {
	if sh, ok := s.shapes.built.Load(shapeKey{schema, typ}); ok {
		return sh.(*shape), nil
	}
	// One builder at a time: a recursive shape points to itself before it is
	// whole, so nothing may be published until the outermost build is done.
	s.shapes.mu.Lock()
	defer s.shapes.mu.Unlock()
	b := builder{service: s, made: map[shapeKey]*shape{}}
	sh, err := b.shape(schema, typ)
	if err != nil {
		return nil, err
	}
	for k, v := range b.made {
		s.shapes.built.LoadOrStore(k, v)
	}
	return sh, nil
}

func (b *builder) shape(schema *smithy.Schema, typ reflect.Type) (*shape, error) {
	key := shapeKey{schema, typ}
	if sh, ok := b.made[key]; ok {
		return sh, nil
	}
	sh := &shape{name: shapeName(schema), typ: typ}
	b.made[key] = sh
	if err := b.fill(sh, schema); err != nil {
		return nil, fmt.Errorf("shape %s in %s: %w", sh.name, typ, err)
	}
	return sh, nil
}

// shapeName is the name of the shape itself: a member's schema has that of its
// target.
func shapeName(schema *smithy.Schema) string {
	if schema.MemberName() != "" {
		return schema.TargetID().Name
	}
	return schema.ID().Name
}

func (b *builder) field(member *smithy.Schema, name string, typ reflect.Type) (*field, error) {
	if member == nil {
		return nil, fmt.Errorf("schema has no %s", name)
	}
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	sh, err := b.shape(member, typ)
	if err != nil {
		return nil, err
	}
	f := &field{name: name, jsonName: name, shape: sh, xml: name, http: bindingOf(member)}
	if t, ok := smithy.SchemaTrait[*traits.XMLName](member); ok {
		f.xml = t.Name
	}
	_, f.flat = smithy.SchemaTrait[*traits.XMLFlattened](member)
	f.ec2 = upperFirst(f.xml)
	if t, ok := smithy.SchemaTrait[*traits.EC2QueryName](member); ok {
		f.ec2 = t.Name
	}
	if t, ok := smithy.SchemaTrait[*traits.TimestampFormat](member); ok {
		f.format = formatNamed(t.Format)
	}
	if t, ok := smithy.SchemaTrait[*traits.JSONName](member); ok {
		f.jsonName = t.Name
	}
	return f, nil
}
