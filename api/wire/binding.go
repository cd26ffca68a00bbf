package wire

import (
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"
)

// place is where REST-JSON carries a member.
type place uint8

const (
	inBody place = iota
	inLabel
	inQuery
	inQueryParams
	inHeader
	inPrefixHeaders
	inPayload
	inStatus
)

// binding is a member's place in REST-JSON.
type binding struct {
	place place
	// name of the label, parameter, header or header prefix.
	name string
}

func bindingOf(m *smithy.Schema) binding {
	if _, ok := smithy.SchemaDirectTrait[*traits.HTTPLabel](m); ok {
		return binding{place: inLabel, name: m.MemberName()}
	}
	if t, ok := smithy.SchemaDirectTrait[*traits.HTTPQuery](m); ok {
		return binding{place: inQuery, name: t.Name}
	}
	if _, ok := smithy.SchemaDirectTrait[*traits.HTTPQueryParams](m); ok {
		return binding{place: inQueryParams}
	}
	if t, ok := smithy.SchemaDirectTrait[*traits.HTTPHeader](m); ok {
		return binding{place: inHeader, name: t.Name}
	}
	if t, ok := smithy.SchemaDirectTrait[*traits.HTTPPrefixHeaders](m); ok {
		return binding{place: inPrefixHeaders, name: t.Prefix}
	}
	if _, ok := smithy.SchemaDirectTrait[*traits.HTTPPayload](m); ok {
		return binding{place: inPayload}
	}
	if _, ok := smithy.SchemaDirectTrait[*traits.HTTPResponseCode](m); ok {
		return binding{place: inStatus}
	}
	return binding{}
}
