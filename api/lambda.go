package api

import (
	"reflect"

	"skywatch/internal/fault"
	"skywatch/targets/function"
)

func lambdaOperations(s *function.Service, packages func(function.Package) string) []offered {
	a := lambdaAPI{s, packages}
	var all []offered
	all = append(all, a.functionOperations()...)
	all = append(all, a.versionOperations()...)
	all = append(all, a.invokeOperations()...)
	all = append(all, a.policyOperations()...)
	all = append(all, a.mappingOperations()...)
	all = append(all, a.urlOperations()...)
	return append(all, a.settingOperations()...)
}

// lambdaAPI turns Lambda's shapes into calls of the functions.
type lambdaAPI struct {
	s        *function.Service
	packages func(function.Package) string
}

// functionAt reads FunctionName, and the qualifier that it or the parameter
// holds.
func functionAt(c *Call, name, qualifier *string) (function.Name, string, error) {
	return function.ParseName(c.Tenant, text(name), text(qualifier))
}

// unqualified reads FunctionName of an operation on the function as a whole.
func unqualified(c *Call, name *string) (function.Name, error) {
	n, qualifier, err := functionAt(c, name, nil)
	if err == nil && qualifier != "" && qualifier != function.Latest {
		err = fault.New(fault.InvalidValue, "The operation does not take a qualifier (%s).", qualifier).On("FunctionName") // wording (inferred)
	}
	return n, err
}

// mostFunctions is how many items Lambda lists at once.
const mostFunctions = 50

// functionListing reads Marker and MaxItems.
func functionListing(marker *string, list string, most *int32) (l function.Listing, err error) {
	after, err := readToken(marker, "lambda-"+list, 1)
	if err != nil {
		return l, fault.New(fault.InvalidValue, "Invalid value for parameter: Marker").On("Marker") // wording (inferred)
	}
	l = function.Listing{After: after[0], Limit: mostFunctions}
	if most != nil {
		l.Limit = min(l.Limit, int(*most))
	}
	return l, nil
}

// notYet refuses what was sent and is not offered, where an empty value, which
// clients send for what they do not ask for, is none.
func notYet(members map[string]*string) error {
	for _, name := range sortedKeys(members) {
		if text(members[name]) != "" {
			return fault.New(fault.InvalidValue, "The parameter %s is not supported by this version of Skywatch.", name).On(name)
		}
	}
	return nil
}

// same copies the members that two structs have in common: the operations on
// functions all answer with a FunctionConfiguration under other names.
func same[Out any](from any) *Out {
	out := new(Out)
	v, w := reflect.ValueOf(from).Elem(), reflect.ValueOf(out).Elem()
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if to := w.FieldByName(f.Name); f.IsExported() && to.IsValid() && to.Type() == f.Type {
			to.Set(v.Field(i))
		}
	}
	return out
}
