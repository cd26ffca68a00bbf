package wire

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"github.com/aws/smithy-go"
)

var (
	timeType       = reflect.TypeFor[time.Time]()
	readerType     = reflect.TypeFor[io.Reader]()
	readCloserType = reflect.TypeFor[io.ReadCloser]()
)

// builder builds shapes that may refer to each other.
type builder struct {
	service *Service
	made    map[shapeKey]*shape
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
