package wire

import (
	"fmt"
	"io"
	"reflect"
	"sort"
	"strings"
	"sync"
	"time"

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

var (
	timeType       = reflect.TypeFor[time.Time]()
	readerType     = reflect.TypeFor[io.Reader]()
	readCloserType = reflect.TypeFor[io.ReadCloser]()
)

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

// builder builds shapes that may refer to each other.
type builder struct {
	service *Service
	made    map[shapeKey]*shape
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

func (b *builder) fill(sh *shape, schema *smithy.Schema) error {
	ok := true
	k := sh.typ.Kind()
	switch schema.Type() {
	case smithy.ShapeTypeStructure:
		sh.kind, ok = kindStruct, k == reflect.Struct
	case smithy.ShapeTypeUnion:
		sh.kind, ok = kindUnion, k == reflect.Interface
	case smithy.ShapeTypeList, smithy.ShapeTypeSet:
		sh.kind, ok = kindList, k == reflect.Slice
	case smithy.ShapeTypeMap:
		sh.kind, ok = kindMap, k == reflect.Map && sh.typ.Key().Kind() == reflect.String
	case smithy.ShapeTypeString, smithy.ShapeTypeEnum:
		sh.kind, ok = kindText, k == reflect.String
	case smithy.ShapeTypeBoolean:
		sh.kind, ok = kindBool, k == reflect.Bool
	case smithy.ShapeTypeByte, smithy.ShapeTypeShort, smithy.ShapeTypeInteger, smithy.ShapeTypeLong, smithy.ShapeTypeIntEnum:
		sh.kind, ok = kindInt, sh.typ.Kind() >= reflect.Int8 && k <= reflect.Int64
	case smithy.ShapeTypeFloat, smithy.ShapeTypeDouble:
		sh.kind, ok = kindDouble, k == reflect.Float64 || k == reflect.Float32
	case smithy.ShapeTypeTimestamp:
		sh.kind, ok = kindTime, sh.typ == timeType
	case smithy.ShapeTypeBlob:
		sh.kind, ok = kindBlob, isBytes(sh.typ) || sh.typ == readerType || sh.typ == readCloserType
	default:
		ok = false
	}
	if !ok {
		return fmt.Errorf("no way to hold shape type %d", schema.Type())
	}
	if sh.kind == kindInt {
		sh.bits = sh.typ.Bits()
	}
	return b.members(sh, schema)
}

func isBytes(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
}

func (b *builder) members(sh *shape, schema *smithy.Schema) (err error) {
	switch sh.kind {
	case kindStruct:
		return b.structure(sh, schema)
	case kindUnion:
		return b.union(sh, schema)
	case kindList:
		sh.elem, err = b.field(schema.ListMember(), "member", sh.typ.Elem())
	case kindMap:
		if sh.key, err = b.field(schema.MapKey(), "key", sh.typ.Key()); err != nil {
			return err
		}
		sh.elem, err = b.field(schema.MapValue(), "value", sh.typ.Elem())
	}
	return err
}

func (b *builder) structure(sh *shape, schema *smithy.Schema) error {
	for name, member := range schema.Members() {
		gf, ok := goField(sh.typ, name)
		if !ok {
			// Event streams have no field: the SDK hands them out apart.
			continue
		}
		f, err := b.field(member, name, gf.Type)
		if err != nil {
			return err
		}
		f.index = gf.Index[0]
		sh.fields = append(sh.fields, f)
	}
	b.arrange(sh)
	return nil
}

// goField finds the Go field of a member. The SDK spells it like the member
// but for a capital first letter.
func goField(typ reflect.Type, name string) (reflect.StructField, bool) {
	f, ok := typ.FieldByName(upperFirst(name))
	return f, ok && len(f.Index) == 1
}

func upperFirst(s string) string {
	return strings.ToUpper(s[:1]) + s[1:]
}

func (b *builder) union(sh *shape, schema *smithy.Schema) error {
	for name, member := range schema.Members() {
		variant := b.variant(sh.typ, name)
		if variant == nil {
			return fmt.Errorf("no struct for union member %s in Service.Unions", name)
		}
		value, _ := variant.FieldByName("Value")
		f, err := b.field(member, name, value.Type)
		if err != nil {
			return err
		}
		f.index, f.variant = value.Index[0], variant
		sh.fields = append(sh.fields, f)
	}
	b.arrange(sh)
	return nil
}

// variant finds the struct that the SDK generates for a union's member: it is
// named UnionMemberName and its pointer satisfies the union's interface.
func (b *builder) variant(union reflect.Type, name string) reflect.Type {
	for _, u := range b.service.Unions {
		t := reflect.TypeOf(u)
		if t.Implements(union) && t.Elem().Name() == union.Name()+"Member"+upperFirst(name) {
			return t.Elem()
		}
	}
	return nil
}

// arrange puts the fields in the order of writing and indexes them by name.
func (b *builder) arrange(sh *shape) {
	rank := map[string]int{}
	for i, name := range b.service.MemberOrder[sh.name] {
		rank[name] = i + 1
	}
	sort.Slice(sh.fields, func(i, j int) bool {
		x, y := sh.fields[i], sh.fields[j]
		if rx, ry := rank[x.name], rank[y.name]; rx != ry {
			// Members that the order does not know come last.
			return rx != 0 && (ry == 0 || rx < ry)
		}
		return x.name < y.name
	})
	sh.byName = indexed(sh.fields, func(f *field) string { return f.name })
	sh.byJSONName = indexed(inBodyOf(sh.fields), func(f *field) string { return f.jsonName })
	sh.byXML = indexed(sh.fields, func(f *field) string { return f.xml })
	sh.byEC2 = indexed(sh.fields, func(f *field) string { return f.ec2 })
}

func inBodyOf(fields []*field) (body []*field) {
	for _, f := range fields {
		if f.http.place == inBody {
			body = append(body, f)
		}
	}
	return body
}

// indexed finds fields by one of their names. Of two with the same name the
// first has it: SQS's AttributeNames and MessageSystemAttributeNames are both
// AttributeName in Query.
func indexed(fields []*field, name func(*field) string) map[string]*field {
	m := make(map[string]*field, len(fields))
	for _, f := range fields {
		if _, taken := m[name(f)]; !taken {
			m[name(f)] = f
		}
	}
	return m
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
