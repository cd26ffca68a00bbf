package scheduler

import (
	"context"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/schedule/ticker"
)

// CreateSchedule makes a schedule.
func (s *Service) CreateSchedule(ctx context.Context, n Name, d Definition, token string) error {
	if err := d.check(n, time.Time{}, s.now()); err != nil {
		return err
	}
	return s.once(ctx, request{n.Tenant, "CreateSchedule", token, d, n.ARN()}, func(tx *catalog.Tx) error {
		if err := groupOpen(tx, n.GroupName); err != nil {
			return err
		}
		if _, there, err := schedules.Get(tx, n.parts()...); err != nil || there {
			return orConflict(err, "Schedule %s already exists.", n.Schedule)
		}
		total, err := count(tx, n.GroupName, 1)
		if err != nil {
			return err
		}
		if total > s.Limits.Schedules {
			return fault.New(fault.LimitExceeded, "The maximum number of schedules, %d, is reached.", s.Limits.Schedules) // wording (inferred)
		}
		now := s.now()
		return s.put(tx, Schedule{Name: n, Definition: d, Created: now, Modified: now, Since: now}, times.first)
	})
}

func groupOpen(r catalog.Reader, n GroupName) error {
	g, err := getGroup(r, n)
	if err == nil && g.State == Deleting {
		err = fault.New(fault.Conflict, "Schedule group %s is being deleted.", n.Group) // wording (inferred)
	}
	return err
}

// put writes a schedule and plans the time that comes first.
func (s *Service) put(tx *catalog.Tx, sch Schedule, first func(times) (time.Time, bool)) error {
	if err := schedules.Put(tx, sch, sch.parts()...); err != nil {
		return err
	}
	t, err := sch.times()
	if err != nil {
		return err
	}
	if at, ok := first(t); ok && sch.State == Enabled {
		return s.Plans.Set(tx, sch.plan(), at)
	}
	return s.Plans.Remove(tx, sch.plan())
}

// Owner is the name under which schedules are plans of a ticker.
const Owner = "scheduler"

func (n Name) plan() ticker.Plan { return ticker.Plan{Owner: Owner, Key: n.parts()} }

// DeleteSchedule deletes a schedule. What it has sent goes on.
func (s *Service) DeleteSchedule(ctx context.Context, n Name, token string) error {
	return s.once(ctx, request{n.Tenant, "DeleteSchedule", token, nil, n.ARN()}, func(tx *catalog.Tx) error {
		if _, err := getSchedule(tx, n); err != nil {
			return err
		}
		return s.remove(tx, n)
	})
}

// remove deletes a schedule that is there, with its plan.
func (s *Service) remove(tx *catalog.Tx, n Name) error {
	if err := s.Plans.Remove(tx, n.plan()); err != nil {
		return err
	}
	return forgetSchedule(tx, n)
}

// forgetSchedule is remove for a schedule whose plan ends of itself.
func forgetSchedule(tx *catalog.Tx, n Name) error {
	if _, err := count(tx, n.GroupName, -1); err != nil {
		return err
	}
	return schedules.Delete(tx, n.parts()...)
}

// Schedule returns a schedule.
func (s *Service) Schedule(n Name) (sch Schedule, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		sch, err = getSchedule(r, n)
		return err
	})
	return sch, err
}
