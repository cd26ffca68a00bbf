package scalable

import (
	"skywatch/catalog"
	"skywatch/internal/fault"
)

// The tables, by the key of the target before what is named here.
var (
	registered = catalog.Table[Target]{Name: "scalable-targets"}
	// byID are keys of targets, by account, region and ID.
	byID     = catalog.Table[[]string]{Name: "scalable-target-ids"}
	policies = catalog.Table[Policy]{Name: "scalable-policies"} // policy
	// policyKeys are keys of policies, by account, region and ID.
	policyKeys = catalog.Table[[]string]{Name: "scalable-policy-ids"}
	scheduled  = catalog.Table[ScheduledAction]{Name: "scalable-actions"} // action
	asks       = catalog.Table[ask]{Name: "scalable-asks"}                // kind, policy
	activities = catalog.Table[Activity]{Name: "scalable-activities"}     // start, ID
)

// target reads a target that must be there.
func target(r catalog.Reader, n Name) (*Target, error) {
	t, ok, err := registered.Get(r, n.key()...)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.New(fault.NotFound, "No scalable target registered for %s", n)
	}
	return &t, nil
}

func (t *Target) save(tx *catalog.Tx) error { return registered.Put(tx, *t, t.key()...) }

// all reads the records of one target from a table, in the order of their keys.
func all[T any](r catalog.Reader, t catalog.Table[T], n Name) (out []T, err error) {
	err = t.Scan(r, catalog.Range{Prefix: n.key()}, func(_ []string, v T) (bool, error) {
		out = append(out, v)
		return true, nil
	})
	return out, err
}

// Scope is what a list is of: a namespace, or some of it.
type Scope struct {
	Namespace string
	// Resources and Dimension narrow it; empty: all.
	Resources []string
	Dimension string
}

// Of narrows a scope to one resource, if one is named.
func (s Scope) Of(resource string) Scope {
	if resource != "" {
		s.Resources = []string{resource}
	}
	return s
}
