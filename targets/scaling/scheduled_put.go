package scaling

import (
	"context"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/schedule"
)

// PutAction makes or replaces a scheduled action.
func (s *Service) PutAction(ctx context.Context, n GroupName, name string, set ActionSettings) error {
	now := s.now()
	if err := set.check(now); err != nil {
		return err
	}
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		g, err := group(tx, n)
		if err != nil {
			return err
		}
		a, there, err := scheduled.Get(tx, g.key(name)...)
		if err != nil {
			return err
		}
		if !there {
			have, err := all(tx, scheduled, n)
			if err != nil {
				return err
			}
			if len(have) >= maxActions {
				return fault.New(fault.LimitExceeded, "You have reached the limit of %d scheduled actions for the Auto Scaling group.", maxActions) // (inferred)
			}
			a.ID = uuid.NewString()
		}
		a.Group, a.Name, a.ActionSettings = n.Group, name, set
		first := a.next(now)
		if first.IsZero() {
			return fault.New(fault.Validation, "The scheduled action would never run.").On("StartTime") // (inferred)
		}
		if a.Start.IsZero() {
			a.Start = first // as AWS shows it: the next run
		}
		if err := s.Plans.Set(tx, a.plan(n), first); err != nil {
			return err
		}
		return scheduled.Put(tx, a, g.key(name)...)
	})
}

// check holds settings to the rules; wordings are (inferred) but for the first.
func (a *ActionSettings) check(now time.Time) error {
	bad := func(param, text string) error { return fault.New(fault.Validation, "%s", text).On(param) }
	switch {
	case a.Min == nil && a.Max == nil && a.Desired == nil:
		return bad("MinSize", "At least one of MinSize, MaxSize or DesiredCapacity must be provided.")
	case a.Recurrence == "" && a.Start.IsZero():
		return bad("StartTime", "StartTime or Recurrence must be provided.")
	case !a.Start.IsZero() && a.Start.Before(now):
		return bad("StartTime", "Given start time is in the past")
	case !a.End.IsZero() && a.End.Before(now):
		return bad("EndTime", "Given end time is in the past")
	case !a.End.IsZero() && !a.Start.Before(a.End):
		return bad("EndTime", "The start time must be before the end time.")
	case a.Min != nil && *a.Min < 0, a.Max != nil && *a.Max < 0, a.Desired != nil && *a.Desired < 0:
		return bad("MinSize", "Sizes must not be negative.")
	case a.Min != nil && a.Max != nil && *a.Min > *a.Max:
		return bad("MaxSize", "Max bound, "+count(*a.Max)+", must be greater than or equal to min bound, "+count(*a.Min))
	}
	if a.Recurrence == "" {
		return nil
	}
	if _, err := schedule.Zone(a.TimeZone); err != nil {
		return bad("TimeZone", "Invalid time zone: "+a.TimeZone)
	}
	if _, err := a.expression(); err != nil {
		return bad("Recurrence", "Given recurrence string: "+a.Recurrence+" is invalid")
	}
	return nil
}

// DeleteAction removes a scheduled action.
func (s *Service) DeleteAction(ctx context.Context, n GroupName, name string) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if _, err := group(tx, n); err != nil {
			return err
		}
		a, ok, err := scheduled.Get(tx, n.key(name)...)
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.Validation, "Scheduled action name not found").On("ScheduledActionName") // (inferred)
		}
		if err := s.Plans.Remove(tx, a.plan(n)); err != nil {
			return err
		}
		return scheduled.Delete(tx, n.key(name)...)
	})
}
