package scaling

import (
	"github.com/google/uuid"

	"skywatch/catalog"
)

// reconcile saves a group and begins what Plan says, in the transaction of the
// change.
func (s *Service) reconcile(tx *catalog.Tx, g *Group) error {
	members, err := all(tx, instances, g.GroupName)
	if err != nil {
		return err
	}
	open, err := openOf(tx, g.GroupName)
	if err != nil {
		return err
	}
	if g.Deleting && len(members) == 0 && len(open) == 0 {
		return s.erase(tx, g)
	}
	m := Plan(g, members, open, s.now())
	capacity := m.Capacity
	for _, l := range m.Terminate {
		cause := s.farewell(g, l, &capacity)
		i, err := g.instance(tx, l.ID)
		if err != nil {
			return err
		}
		if _, err := s.retire(tx, g, i, cause); err != nil {
			return err
		}
	}
	for range m.Launch {
		if err := s.begin(tx, g, capacity, capacity+m.Launch); err != nil {
			return err
		}
	}
	tx.After(func() { s.tell(g.GroupName) })
	return g.save(tx)
}

// farewell is the cause of a termination, in AWS's words; capacity is what
// there is without those that went before.
func (s *Service) farewell(g *Group, l Leaving, capacity *int) string {
	now := at(s.now())
	switch l.Reason {
	case unhealthy:
		*capacity--
		return now + " an instance was taken out of service in response to a user health-check."
	case again:
		return now + " the termination of an instance was tried again." // (ours: AWS goes on with the activity)
	}
	*capacity--
	cause := now + " an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from " +
		count(*capacity+1) + " to " + count(*capacity) + ". " + now + " instance " + l.ID + " was selected for termination."
	if g.Why != "" {
		cause = g.Why + " " + cause
	}
	return cause
}

// begin starts the launch of one instance.
func (s *Service) begin(tx *catalog.Tx, g *Group, from, to int) error {
	now := s.now()
	zone, err := g.zone(tx)
	if err != nil {
		return err
	}
	cause := at(now) + " an instance was started in response to a difference between desired and actual capacity, increasing the capacity from " + count(from) + " to " + count(to) + "."
	if g.Why != "" {
		cause = g.Why + " " + cause
	}
	a := Activity{
		ID: uuid.NewString(), GroupName: g.GroupName, GroupARN: g.ARN(), Description: "Launching a new EC2 instance",
		Cause: cause, Start: now, Status: PreInService, Progress: 30, Task: launch, Zone: zone, Warmup: g.warmup(),
	}
	return a.save(tx)
}

// retire starts the termination of an instance.
func (s *Service) retire(tx *catalog.Tx, g *Group, i *Instance, cause string) (*Activity, error) {
	a := &Activity{
		ID: uuid.NewString(), GroupName: g.GroupName, GroupARN: g.ARN(), Description: "Terminating EC2 instance: " + i.ID,
		Cause: cause, Start: s.now(), Status: InProgress, Task: terminate, Instance: i.ID, Zone: i.Zone,
	}
	if !i.going() {
		i.State = Terminating
		waits, err := s.hold(tx, g, i, a, Terminated)
		if err != nil {
			return nil, err
		}
		if waits {
			i.State = TerminatingWait
		}
	}
	if err := g.put(tx, i); err != nil {
		return nil, err
	}
	return a, a.save(tx)
}

// erase removes what is left of a group. Its activities stay.
func (s *Service) erase(tx *catalog.Tx, g *Group) error {
	actions, err := all(tx, scheduled, g.GroupName)
	if err != nil {
		return err
	}
	for _, a := range actions {
		if err := s.Plans.Remove(tx, a.plan(g.GroupName)); err != nil {
			return err
		}
	}
	if err := s.dropAlarms(tx, g.GroupName); err != nil {
		return err
	}
	here := catalog.Range{Prefix: g.key()}
	for _, drop := range []func(*catalog.Tx, catalog.Range) error{policies.DeleteAll, scheduled.DeleteAll, hooks.DeleteAll, listeners.DeleteAll, waits.DeleteAll} {
		if err := drop(tx, here); err != nil {
			return err
		}
	}
	return groups.Delete(tx, g.key()...)
}
