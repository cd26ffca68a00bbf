package alarms

import (
	"skywatch/catalog"
	"skywatch/internal/fault"
)

// dependence says what an alarm is to a composite alarm.
type dependence struct {
	Child      bool `json:",omitempty"` // its rule names it
	Suppressor bool `json:",omitempty"`
}

// dependents is the index of composite alarms by what they depend on: (account,
// region, alarm, composite alarm).
var dependents = catalog.Table[dependence]{Name: "alarm-dependents"}

// childStates holds for each composite alarm, by (account, region, name), the
// states of its children, so that a change of one of a hundred does not cost
// reading the others.
var childStates = catalog.Table[map[string]State]{Name: "alarm-child-states"}

// maxParents is how many composite alarms may name one alarm in their rules
// (cloudwatch.md 15.1).
const maxParents = 150

// depends returns what a composite alarm depends on, by name.
func (a *Alarm) depends() (map[string]dependence, error) {
	r, err := a.Composite.ruleOf(a.Tenant)
	if err != nil {
		return nil, err
	}
	on := map[string]dependence{}
	for _, name := range r.Refs() {
		on[name] = dependence{Child: true}
	}
	if name := a.Composite.suppressor(a.Tenant); name != "" {
		on[name] = dependence{Child: on[name].Child, Suppressor: true}
	}
	return on, nil
}

// relate puts a composite alarm into the index; unrelate takes it out.
func relate(tx *catalog.Tx, a *Alarm) error {
	on, err := a.depends()
	if err != nil {
		return err
	}
	states := map[string]State{}
	for name, d := range on {
		if err := dependents.Put(tx, d, a.Account, a.Region, name, a.Name); err != nil {
			return err
		}
		now, _, err := statuses.Get(tx, Key{a.Tenant, name}.parts()...)
		if err != nil {
			return err
		}
		if d.Child {
			states[name] = now.Value
		}
	}
	return childStates.Put(tx, states, a.parts()...)
}

func unrelate(tx *catalog.Tx, a *Alarm) error {
	on, err := a.depends()
	if err != nil {
		return err
	}
	for name := range on {
		if err := dependents.Delete(tx, a.Account, a.Region, name, a.Name); err != nil {
			return err
		}
	}
	return childStates.Delete(tx, a.parts()...)
}

// eachDependent calls fn for the composite alarms that depend on an alarm, by
// name.
func eachDependent(r catalog.Reader, k Key, fn func(Key, dependence) (bool, error)) error {
	return dependents.Scan(r, catalog.Range{Prefix: k.parts()}, func(key []string, d dependence) (bool, error) {
		return fn(Key{k.Tenant, key[3]}, d)
	})
}

// checkParents refuses to make an alarm the child of too many composite alarms;
// of is the one that names it.
func checkParents(r catalog.Reader, of, k Key) error {
	n := 0
	err := eachDependent(r, k, func(parent Key, d dependence) (bool, error) {
		if d.Child && parent != of {
			n++
		}
		return n < maxParents, nil
	})
	if err == nil && n >= maxParents { // wording (inferred)
		err = fault.New(fault.LimitExceeded, "The alarm %s cannot be used in more than %d composite alarms", k.Name, maxParents)
	}
	return err
}

// needed reports whether a composite alarm depends on an alarm.
func needed(r catalog.Reader, k Key) (found bool, err error) {
	err = eachDependent(r, k, func(Key, dependence) (bool, error) {
		found = true
		return false, nil
	})
	return found, err
}
