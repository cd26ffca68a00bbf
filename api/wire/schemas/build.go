package schemas

import (
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"
)

// Model is the namespace of a service's shapes ("com.amazonaws.sns").
type Model string

func (m Model) shape(name string, typ smithy.ShapeType, members []Part, ts ...smithy.Trait) *smithy.Schema {
	s := smithy.NewSchema(smithy.ShapeID{Namespace: string(m), Name: name}, typ, len(members), ts...)
	for _, p := range members {
		s.AddMember(p.name, p.target, p.traits...)
	}
	return s
}

// Part is a member of a shape to be built.
type Part struct {
	name   string
	target *smithy.Schema
	traits []smithy.Trait
}

// Member returns a member with the traits that it has beyond its target's.
func Member(name string, target *smithy.Schema, ts ...smithy.Trait) Part {
	return Part{name: name, target: target, traits: ts}
}

// Operation builds an operation with its route.
func (m Model) Operation(name string, route *traits.HTTP) *smithy.Schema {
	return m.shape(name, smithy.ShapeTypeOperation, nil, route)
}

// Simple builds a shape without members.
func (m Model) Simple(name string, typ smithy.ShapeType) *smithy.Schema {
	return m.shape(name, typ, nil)
}

// Structure builds a structure; ts are the traits of an error.
func (m Model) Structure(name string, ts []smithy.Trait, members ...Part) *smithy.Schema {
	return m.shape(name, smithy.ShapeTypeStructure, members, ts...)
}

// Union builds a union.
func (m Model) Union(name string, ts []smithy.Trait, members ...Part) *smithy.Schema {
	return m.shape(name, smithy.ShapeTypeUnion, members, ts...)
}

// List builds a list of the given member.
func (m Model) List(name string, member Part) *smithy.Schema {
	return m.shape(name, smithy.ShapeTypeList, []Part{member})
}

// Map builds a map of the given key and value.
func (m Model) Map(name string, key, value Part) *smithy.Schema {
	return m.shape(name, smithy.ShapeTypeMap, []Part{key, value})
}
