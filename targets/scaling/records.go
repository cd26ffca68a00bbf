package scaling

import (
	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// The tables, by account, region and name of the group before what is named
// here.
var (
	groups    = catalog.Table[Group]{Name: "scaling-groups"}
	instances = catalog.Table[Instance]{Name: "scaling-instances"} // instance
	// members by account, region and instance: the group.
	members    = catalog.Table[string]{Name: "scaling-members"}
	activities = catalog.Table[Activity]{Name: "scaling-activities"} // start, ID
	// open are the keys of activities that have not ended, by ID.
	open      = catalog.Table[[]string]{Name: "scaling-open"}
	policies  = catalog.Table[Policy]{Name: "scaling-policies"}            // policy
	scheduled = catalog.Table[ScheduledAction]{Name: "scaling-actions"}    // action
	hooks     = catalog.Table[Hook]{Name: "scaling-hooks"}                 // hook
	waits     = catalog.Table[lifecycleAction]{Name: "scaling-lifecycle"}  // instance, hook
	listeners = catalog.Table[Notification]{Name: "scaling-notifications"} // topic
)

// group reads a group that must be there.
func group(r catalog.Reader, n GroupName) (*Group, error) {
	g, ok, err := groups.Get(r, n.key()...)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.New(fault.Validation, "AutoScalingGroup name not found - no such group: %s", n.Group).On("AutoScalingGroupName")
	}
	return &g, nil
}

func (g *Group) save(tx *catalog.Tx) error { return groups.Put(tx, *g, g.key()...) }

// all reads the records of one group from a table, in the order of their keys.
func all[T any](r catalog.Reader, t catalog.Table[T], n GroupName, more ...string) (out []T, err error) {
	err = t.Scan(r, catalog.Range{Prefix: n.key(more...)}, func(_ []string, v T) (bool, error) {
		out = append(out, v)
		return true, nil
	})
	return out, err
}

func (g *Group) put(tx *catalog.Tx, i *Instance) error {
	if err := members.Put(tx, g.Group, g.Account, g.Region, i.ID); err != nil {
		return err
	}
	return instances.Put(tx, *i, g.key(i.ID)...)
}

func (g *Group) drop(tx *catalog.Tx, id string) error {
	if err := members.Delete(tx, g.Account, g.Region, id); err != nil {
		return err
	}
	return instances.Delete(tx, g.key(id)...)
}

// member reads an instance and its group.
func member(r catalog.Reader, t metric.Tenant, id string) (*Group, *Instance, error) {
	name, ok, err := members.Get(r, t.Account, t.Region, id)
	if err != nil {
		return nil, nil, err
	}
	if !ok {
		return nil, nil, fault.New(fault.Validation, "Instance Id not found - No managed instance found for instance ID: %s", id).On("InstanceId")
	}
	g, err := group(r, GroupName{t, name})
	if err != nil {
		return nil, nil, err
	}
	i, err := g.instance(r, id)
	return g, i, err
}

// instance reads an instance of the group.
func (g *Group) instance(r catalog.Reader, id string) (*Instance, error) {
	i, ok, err := instances.Get(r, g.key(id)...)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.New(fault.Validation, "The instance %s is not part of Auto Scaling group %s.", id, g.Group).On("InstanceIds")
	}
	return &i, nil
}

func (a *Activity) parts() []string { return a.key(catalog.TimePart(a.Start), a.ID) }

// save writes an activity, and whether it is open.
func (a *Activity) save(tx *catalog.Tx) error {
	at := a.key(a.ID)
	if a.open() {
		if err := open.Put(tx, a.parts(), at...); err != nil {
			return err
		}
	} else if err := open.Delete(tx, at...); err != nil {
		return err
	}
	return activities.Put(tx, *a, a.parts()...)
}

// openOf reads the activities of a group that have not ended.
func openOf(r catalog.Reader, n GroupName) (out []Activity, err error) {
	err = open.Scan(r, catalog.Range{Prefix: n.key()}, func(_ []string, at []string) (bool, error) {
		a, ok, err := activities.Get(r, at...)
		if ok {
			out = append(out, a)
		}
		return true, err
	})
	return out, err
}
