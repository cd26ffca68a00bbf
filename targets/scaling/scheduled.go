package scaling

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/schedule"
	"skywatch/schedule/ticker"
)

// ScheduledAction changes a group's sizes at a time.
type ScheduledAction struct {
	Group string
	Name  string
	ID    string // a UUID, in the ARN
	ActionSettings
}

// ActionSettings are what a user says of a scheduled action.
type ActionSettings struct {
	Start, End time.Time `json:",omitzero"`
	// Recurrence is five fields of Unix cron; empty: once, at Start.
	Recurrence        string `json:",omitempty"`
	TimeZone          string `json:",omitempty"`
	Min, Max, Desired *int   `json:",omitempty"`
}

// maxActions is the quota of a group (user guide, "Quotas").
const maxActions = 125

// ARN returns the action's name.
func (a *ScheduledAction) ARN(n GroupName) string {
	return n.arn("scheduledUpdateGroupAction", a.ID, "autoScalingGroupName/"+n.Group+":scheduledActionName/"+a.Name)
}

func (a *ScheduledAction) plan(n GroupName) ticker.Plan { return plan(actionKind, n, a.Name) }

// expression is the recurrence; it is checked when the action is put.
func (a *ActionSettings) expression() (schedule.Expression, error) {
	zone, err := schedule.Zone(a.TimeZone)
	if err != nil {
		return schedule.Expression{}, err
	}
	e, err := schedule.Parse(a.Recurrence, schedule.Unix)
	return e.In(zone), err
}

// next is the first time after an instant at which the action runs, zero if
// there is none.
func (a *ActionSettings) next(after time.Time) time.Time {
	if a.Recurrence == "" {
		if a.Start.After(after) {
			return a.Start
		}
		return time.Time{}
	}
	e, err := a.expression()
	if err != nil {
		return time.Time{}
	}
	if a.Start.After(after) {
		after = a.Start.Add(-time.Millisecond) // the start itself is a time
	}
	t, ok := e.Next(after)
	if !ok || !a.End.IsZero() && t.After(a.End) {
		return time.Time{}
	}
	return t
}

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

// act runs a scheduled action.
func (s *Service) act(tx *catalog.Tx, n GroupName, name string, t ticker.Tick) (ticker.Then, error) {
	a, ok, err := scheduled.Get(tx, n.key(name)...)
	if err != nil || !ok {
		return ticker.Then{}, err
	}
	g, ok, err := groups.Get(tx, n.key()...)
	if err != nil || !ok || g.Deleting {
		return ticker.Then{}, err
	}
	// Times that passed while nothing ran are one: what counts is the size now.
	then := ticker.Then{Next: a.next(t.Now)}
	if then.Next.IsZero() {
		err = scheduled.Delete(tx, n.key(name)...)
	} else {
		a.Start = then.Next
		err = scheduled.Put(tx, a, n.key(name)...)
	}
	if err != nil {
		return then, err
	}
	if g.suspended(ScheduledActions) {
		return then, nil
	}
	g.resize(a.Min, a.Max, a.Desired, s.now(), "a scheduled action "+name+" update of AutoScalingGroup constraints to min: "+shown(a.Min, g.Min)+", max: "+shown(a.Max, g.Max)+", desired: "+shown(a.Desired, g.Desired))
	return then, s.reconcile(tx, &g)
}

func shown(v *int, old int) string {
	if v != nil {
		old = *v
	}
	return count(old)
}

// resize sets bounds and the desired capacity, which is moved into the bounds.
func (g *Group) resize(least, most, desired *int, now time.Time, cause string) {
	set(&g.Min, least)
	set(&g.Max, most)
	if g.Max < g.Min { // only one bound was named, and it passed the other
		if least == nil {
			g.Min = g.Max
		} else {
			g.Max = g.Min
		}
	}
	wanted := g.Desired
	set(&wanted, desired)
	g.Cooldown, g.Warmup = nil, nil
	g.want(wanted, now, cause)
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

// ActionFilter says which scheduled actions are listed.
type ActionFilter struct {
	Group      string
	Names      []string
	Start, End time.Time // those that start in between; zero: without end
}

// Actions lists scheduled actions by group and name.
func (s *Service) Actions(t metric.Tenant, f ActionFilter) (out []ScheduledAction, err error) {
	prefix := []string{t.Account, t.Region}
	if f.Group != "" {
		prefix = append(prefix, f.Group)
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		if f.Group != "" {
			if _, err := group(r, GroupName{t, f.Group}); err != nil {
				return err
			}
		}
		return scheduled.Scan(r, catalog.Range{Prefix: prefix}, func(_ []string, a ScheduledAction) (bool, error) {
			in := (f.Start.IsZero() || !a.Start.Before(f.Start)) && (f.End.IsZero() || !a.Start.After(f.End))
			if len(f.Names) > 0 { // the times are ignored then (API reference)
				in = slices.Contains(f.Names, a.Name)
			}
			if in {
				out = append(out, a)
			}
			return true, nil
		})
	})
	return out, err
}
