package scalable

import (
	"slices"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// check refuses a dimension without a resource, which says too little.
func (s *Scope) check() error {
	if s.Dimension != "" && len(s.Resources) == 0 {
		return fault.New(fault.Validation, "If you specify a scalable dimension, you must also specify a resource ID.").On("ScalableDimension") // (API reference; wording inferred)
	}
	return nil
}

// list reads what a table has in a scope, in the order of its keys.
func list[T any](r catalog.Reader, table catalog.Table[T], t metric.Tenant, scope Scope, name func(*T) Name) (out []T, err error) {
	if err := scope.check(); err != nil {
		return nil, err
	}
	prefix := []string{t.Account, t.Region, scope.Namespace}
	if scope.Dimension != "" {
		prefix = append(prefix, scope.Dimension)
	}
	if scope.Dimension != "" && len(scope.Resources) == 1 {
		prefix = append(prefix, scope.Resources[0])
	}
	err = table.Scan(r, catalog.Range{Prefix: prefix}, func(_ []string, v T) (bool, error) {
		if len(scope.Resources) == 0 || slices.Contains(scope.Resources, name(&v).Resource) {
			out = append(out, v)
		}
		return true, nil
	})
	return out, err
}
