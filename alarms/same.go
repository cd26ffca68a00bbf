package alarms

import (
	"reflect"
	"slices"
)

// same compares definitions as they are kept: an empty list is an absent one.
func same(a, b *Definition) bool { return reflect.DeepEqual(a.kept(), b.kept()) }

func (d *Definition) kept() Definition {
	k := *d
	k.OKActions, k.AlarmActions, k.InsufficientDataActions = orNil(k.OKActions), orNil(k.AlarmActions), orNil(k.InsufficientDataActions)
	k.Dimensions, k.GroupBy = orNil(k.Dimensions), orNil(k.GroupBy)
	k.Queries = orNil(slices.Clone(k.Queries))
	for i, q := range k.Queries {
		if q.Metric != nil {
			m := *q.Metric
			m.Dimensions = orNil(m.Dimensions)
			k.Queries[i].Metric = &m
		}
	}
	if k.TagPropagation != nil {
		t := *k.TagPropagation
		t.Included, t.Excluded = orNil(t.Included), orNil(t.Excluded)
		k.TagPropagation = &t
	}
	return k
}

func orNil[T any](in []T) []T {
	if len(in) == 0 {
		return nil
	}
	return in
}
