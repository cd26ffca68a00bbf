package constraint

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/smithy-go"
)

// Violation is a value that breaks a constraint.
type Violation struct {
	// Path is in the form of error texts: metricData.1.member.metricName.
	Path string
	// Value is the text of the value; Null says that there is none, Hidden that
	// it is not shown.
	Value  string
	Null   bool
	Hidden bool
	// Constraint continues "Member must ".
	Constraint string
}

// Check returns what is wrong with in, a pointer to the SDK struct that holds
// the structure described by schema; in the order of the model, outer members
// before those within.
func Check(t Table, schema *smithy.Schema, in any) []Violation {
	if schema == nil {
		return nil
	}
	c := checker{table: t}
	c.structure(schema, reflect.ValueOf(in).Elem(), "")
	return c.found
}

type checker struct {
	table Table
	found []Violation
}

func (c *checker) structure(schema *smithy.Schema, v reflect.Value, path string) {
	for _, m := range c.table[shapeName(schema)] {
		f := fieldOf(v, m.Name)
		if !f.IsValid() {
			continue
		}
		p := join(path, lowerFirst(m.Name))
		switch {
		case !m.Required && emptyText(f):
			// Clients send empty strings for what they do not ask for (Grafana's
			// ActionPrefix), and the real service takes them.
		case !absent(f):
			c.value(m.Rule, f, p)
		case m.Required:
			c.found = append(c.found, Violation{Path: p, Null: true, Constraint: "not be null"})
		}
	}
	c.descend(schema, v, path)
}

// descend checks what is inside the members, constrained themselves or not.
func (c *checker) descend(schema *smithy.Schema, v reflect.Value, path string) {
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		m := schema.Member(name)
		if m == nil {
			m = schema.Member(lowerFirst(name))
		}
		if m != nil && !absent(v.Field(i)) {
			c.inside(m, v.Field(i), join(path, lowerFirst(name)))
		}
	}
}

func (c *checker) inside(schema *smithy.Schema, v reflect.Value, path string) {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch schema.Type() {
	case smithy.ShapeTypeStructure:
		c.structure(schema, v, path)
	case smithy.ShapeTypeUnion:
		c.union(schema, v.Elem().Elem(), path)
	case smithy.ShapeTypeList:
		for i := range v.Len() {
			c.inside(schema.ListMember(), v.Index(i), element(path, i))
		}
	case smithy.ShapeTypeMap:
		if !holdsStructures(schema.MapValue()) {
			return
		}
		for _, k := range sortedKeys(v) {
			c.inside(schema.MapValue(), v.MapIndex(k), join(path, k.String()+".member"))
		}
	}
}

func holdsStructures(schema *smithy.Schema) bool {
	t := schema.Type()
	return t == smithy.ShapeTypeStructure || t == smithy.ShapeTypeUnion || t == smithy.ShapeTypeList || t == smithy.ShapeTypeMap
}

// union checks the one member that variant holds: the SDK names the struct
// UnionMemberName.
func (c *checker) union(schema *smithy.Schema, variant reflect.Value, path string) {
	_, name, _ := strings.Cut(variant.Type().Name(), "Member")
	m := schema.Member(name)
	if m == nil {
		m = schema.Member(lowerFirst(name))
	}
	if m != nil {
		c.inside(m, variant.FieldByName("Value"), join(path, lowerFirst(name)))
	}
}

// value checks one value, and the elements of a list or map, against a rule.
func (c *checker) value(r *Rule, v reflect.Value, path string) {
	if r == nil {
		return
	}
	v = reflect.Indirect(v)
	what, size := measure(v)
	broken := func(constraint string) {
		found := Violation{Path: path, Hidden: r.Sensitive && size > 0, Constraint: constraint}
		if !found.Hidden {
			found.Value = text(v)
		}
		c.found = append(c.found, found)
	}
	if v.Kind() == reflect.String {
		if r.Pattern != "" && !r.matches(v.String()) {
			broken("satisfy regular expression pattern: " + r.Pattern)
		}
		if len(r.Enum) > 0 && !slices.Contains(r.Enum, v.String()) {
			broken("satisfy enum value set: [" + strings.Join(r.Enum, ", ") + "]")
		}
	}
	if r.Max != nil && size > *r.Max {
		broken("have " + what + " less than or equal to " + bound(*r.Max))
	}
	if r.Min != nil && size < *r.Min {
		broken("have " + what + " greater than or equal to " + bound(*r.Min))
	}
	c.elements(r, v, path)
}

func (c *checker) elements(r *Rule, v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Slice:
		for i := 0; r.Elem != nil && i < v.Len(); i++ {
			c.value(r.Elem, v.Index(i), element(path, i))
		}
	case reflect.Map:
		if r.Key == nil && r.Value == nil {
			return
		}
		for _, k := range sortedKeys(v) {
			c.value(r.Key, k, path+"."+k.String()+".key")
			c.value(r.Value, v.MapIndex(k), path+"."+k.String()+".member")
		}
	}
}

// measure returns what Min and Max bound in a value.
func measure(v reflect.Value) (what string, size float64) {
	switch v.Kind() {
	case reflect.String:
		return "length", float64(utf8.RuneCountInString(v.String()))
	case reflect.Slice, reflect.Map:
		return "length", float64(v.Len())
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "value", float64(v.Int())
	case reflect.Float32, reflect.Float64:
		return "value", v.Float()
	}
	return "value", 0
}

func bound(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func absent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return v.IsNil()
	case reflect.String:
		// An enumeration without a value: the SDK has no pointer for it.
		return v.Len() == 0
	}
	return false
}

func emptyText(v reflect.Value) bool {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	return v.IsValid() && v.Kind() == reflect.String && v.Len() == 0
}

func fieldOf(v reflect.Value, member string) reflect.Value {
	return v.FieldByName(strings.ToUpper(member[:1]) + member[1:])
}

func shapeName(schema *smithy.Schema) string {
	if schema.MemberName() != "" {
		return schema.TargetID().Name
	}
	return schema.ID().Name
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func element(path string, i int) string {
	return path + "." + strconv.Itoa(i+1) + ".member"
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }
