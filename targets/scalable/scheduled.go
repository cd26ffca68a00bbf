package scalable

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

// ScheduledAction changes the bounds of a target at planned times.
type ScheduledAction struct {
	Name
	Action  string // its name
	ID      string // a UUID, in the ARN
	Created time.Time
	Plan
	// Since is when the plan was put: what a rate without a start counts from.
	Since time.Time
}

// Plan is when, and which bounds; nil ones stay as they are.
type Plan struct {
	Schedule   string    // at(), rate() or cron() in AWS's form
	Timezone   string    `json:",omitempty"`
	Start, End time.Time `json:",omitzero"`
	Min, Max   *int      `json:",omitempty"`
}

// maxActions is the quota of a target (user guide, "Quotas").
const maxActions = 200

// ARN returns the action's name.
func (a *ScheduledAction) ARN() string {
	return a.arn("scheduledAction", a.ID, "scheduledActionName/"+a.Action)
}

func (a *ScheduledAction) plan() ticker.Plan { return plan(actionKind, a.Name, a.Action) }

// expression is the schedule on the clocks of its zone.
func (a *ScheduledAction) expression() (schedule.Expression, error) {
	zone, err := schedule.Zone(a.Timezone)
	if err != nil {
		return schedule.Expression{}, err
	}
	since := a.Since
	if !a.Start.IsZero() {
		since = a.Start
	}
	e, err := schedule.Parse(a.Schedule, schedule.Scheduler)
	return e.In(zone).Since(since), err
}

// next is the first time after an instant at which the action runs, zero if
// there is none. Start and end bound schedules that recur.
func (a *ScheduledAction) next(after time.Time) time.Time {
	e, err := a.expression()
	if err != nil {
		return time.Time{}
	}
	once := e.OneTime()
	if !once && a.Start.After(after) {
		after = a.Start.Add(-time.Millisecond) // the start itself is a time
	}
	t, ok := e.Next(after)
	if !ok || !once && !a.End.IsZero() && t.After(a.End) {
		return time.Time{}
	}
	return t
}

// PutAction makes or changes a scheduled action. Members that are not there
// leave one that is there as it is, but for the start and the end, which go (API
// reference, PutScheduledAction).
func (s *Service) PutAction(ctx context.Context, n Name, name string, p Plan) error {
	if _, err := n.check(); err != nil {
		return err
	}
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if _, err := target(tx, n); err != nil {
			return err
		}
		a, there, err := scheduled.Get(tx, n.key(name)...)
		if err != nil {
			return err
		}
		if !there {
			if a, err = s.freshAction(tx, n, name); err != nil {
				return err
			}
		}
		now := s.now()
		a.merge(p, now)
		if err := a.check(now); err != nil {
			return err
		}
		if err := s.Plans.Set(tx, a.plan(), a.next(now)); err != nil {
			return err
		}
		return scheduled.Put(tx, a, n.key(name)...)
	})
}

// freshAction makes an action that was not there.
func (s *Service) freshAction(tx *catalog.Tx, n Name, name string) (ScheduledAction, error) {
	a := ScheduledAction{Name: n, Action: name, ID: uuid.NewString(), Created: s.now()}
	have, err := all(tx, scheduled, n)
	if err != nil {
		return a, err
	}
	if len(have) >= maxActions {
		return a, fault.New(fault.LimitExceeded, "You have reached the limit of %d scheduled actions for the scalable target.", maxActions) // (inferred)
	}
	return a, nil
}

// merge changes what the plan names.
func (a *ScheduledAction) merge(p Plan, now time.Time) {
	if p.Schedule != "" {
		a.Schedule = p.Schedule
	}
	if p.Timezone != "" {
		a.Timezone = p.Timezone
	}
	if p.Min != nil || p.Max != nil {
		a.Min, a.Max = p.Min, p.Max // one member of the model
	}
	a.Start, a.End, a.Since = p.Start, p.End, now
}

// check holds an action to the rules; the wordings are (inferred).
func (a *ScheduledAction) check(now time.Time) error {
	bad := func(param, text string) error { return fault.New(fault.Validation, "%s", text).On(param) }
	switch {
	case a.Schedule == "":
		return bad("Schedule", "Schedule is required to create a scheduled action.")
	case a.Min == nil && a.Max == nil:
		return bad("ScalableTargetAction", "ScalableTargetAction must have a MinCapacity or a MaxCapacity.")
	case a.Min != nil && *a.Min < 0, a.Max != nil && *a.Max < 0:
		return bad("ScalableTargetAction", "Capacities must not be negative.")
	case a.Min != nil && a.Max != nil && *a.Max < *a.Min:
		return bad("ScalableTargetAction", "Maximum capacity cannot be less than minimum capacity")
	case !a.Start.IsZero() && !a.End.IsZero() && !a.Start.Before(a.End):
		return bad("EndTime", "The start time must be before the end time.")
	}
	if _, err := schedule.Zone(a.Timezone); err != nil {
		return bad("Timezone", "Invalid time zone: "+a.Timezone)
	}
	if _, err := a.expression(); err != nil {
		return bad("Schedule", "Invalid schedule expression: "+a.Schedule)
	}
	if a.next(now).IsZero() {
		return bad("Schedule", "The scheduled action would never run.")
	}
	return nil
}

// act runs a scheduled action.
func (s *Service) act(tx *catalog.Tx, n Name, name string, tick ticker.Tick) (ticker.Then, error) {
	a, ok, err := scheduled.Get(tx, n.key(name)...)
	if err != nil || !ok {
		return ticker.Then{}, err
	}
	t, ok, err := registered.Get(tx, n.key()...)
	if err != nil || !ok {
		return ticker.Then{}, err
	}
	// Times that passed while nothing ran are one: what counts is the size now.
	then := ticker.Then{Next: a.next(tick.Now)}
	if t.Suspended.Scheduled {
		return then, nil
	}
	return then, s.rebound(tx, &t, &a)
}

// rebound sets the bounds of a target as an action says.
func (s *Service) rebound(tx *catalog.Tx, t *Target, a *ScheduledAction) error {
	lowest, highest := t.Min, t.Max
	set(&lowest, a.Min)
	set(&highest, a.Max)
	bounds := "min capacity to " + count(lowest) + " and max capacity to " + count(highest)
	cause := "scheduled action name " + a.Action + " was triggered"
	d, _ := dimensionOf(t.Dimension)
	if highest < lowest || lowest < d.least {
		return s.ended(t.Name, "Setting "+bounds, cause, Status(Failed), "Failed to set "+bounds+". Reason: Maximum capacity cannot be less than minimum capacity").save(tx) // (inferred)
	}
	t.Min, t.Max, t.Said = lowest, highest, ""
	if err := s.ended(t.Name, "Setting "+bounds, cause, Status(Successful), "Successfully set "+bounds).save(tx); err != nil {
		return err
	}
	if err := t.save(tx); err != nil {
		return err
	}
	return s.askBounds(tx, t.Name, s.now())
}

// DeleteAction removes a scheduled action.
func (s *Service) DeleteAction(ctx context.Context, n Name, name string) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		a, ok, err := scheduled.Get(tx, n.key(name)...)
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.NotFound, "No scheduled action found for %s, scheduled action name: %s", n, name)
		}
		if err := s.Plans.Remove(tx, a.plan()); err != nil {
			return err
		}
		return scheduled.Delete(tx, n.key(name)...)
	})
}

// Actions lists the scheduled actions of a scope, of the names given or all.
func (s *Service) Actions(t metric.Tenant, scope Scope, names []string) (out []ScheduledAction, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		out, err = list(r, scheduled, t, scope, func(a *ScheduledAction) Name { return a.Name })
		return err
	})
	return slices.DeleteFunc(out, func(a ScheduledAction) bool {
		return len(names) > 0 && !slices.Contains(names, a.Action) && !slices.Contains(names, a.ARN())
	}), err
}
