package rules

import (
	"fmt"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/schedule"
	"skywatch/schedule/ticker"
)

// SchedulePlans is the ticker.Plan.Owner of the plans of rules.
const SchedulePlans = "event-rule"

// Schedules returns what a ticker needs to run the rules that have a schedule.
func (s *Service) Schedules() ticker.Owner {
	return ticker.Owner{Fire: s.fire, Next: nextRun}
}

// checkSchedule refuses what AWS refuses.
func checkSchedule(bus, expression string) error {
	if bus != DefaultBus {
		return fault.New(fault.Validation, "ScheduleExpression is supported only on the default event bus.").On("ScheduleExpression")
	}
	_, err := schedule.Parse(expression, schedule.Rule)
	return err
}

// scheduled reports whether a rule runs by its schedule.
func (r *Rule) scheduled() bool { return r.Schedule != "" && r.State != Disabled }

// plan has the plan of a rule follow its change from one version to another. A
// rule that is put again with the same schedule goes on as it did: only
// making, enabling, and another expression begin a rate anew (inferred).
func (s *Service) plan(tx *catalog.Tx, old, rule *Rule) error {
	p := ticker.Plan{Owner: SchedulePlans, Key: rule.parts()}
	if !rule.scheduled() {
		rule.Scheduled = time.Time{}
		return s.Plans.Remove(tx, p)
	}
	if old.scheduled() && old.Schedule == rule.Schedule {
		rule.Scheduled = old.Scheduled
		return nil
	}
	// Whole seconds are what an event's time shows.
	rule.Scheduled = s.Clock.Now().UTC().Truncate(time.Second)
	runs, err := rule.runs()
	if err != nil {
		return err
	}
	next := runs.next(rule.Scheduled)
	if next.IsZero() { // a cron whose years are over
		return s.Plans.Remove(tx, p)
	}
	return s.Plans.Set(tx, p, next)
}

// runs are the planned times of a rule.
type runs struct {
	expression schedule.Expression
	since      time.Time
}

func (r *Rule) runs() (runs, error) {
	e, err := schedule.Parse(r.Schedule, schedule.Rule)
	if err != nil {
		return runs{}, fmt.Errorf("schedule of %s: %w", r.ARN(), err)
	}
	return runs{e, r.Scheduled}, nil
}

// next returns the first planned time after an instant, zero if there is none.
func (r runs) next(after time.Time) time.Time {
	e := r.expression
	// A beginning in the future is from a clock that was wrong: then the rate
	// counts from the instant.
	if !r.since.After(after) {
		e = e.Since(r.since)
	}
	next, ok := e.Next(after)
	if !ok {
		return time.Time{}
	}
	return next
}

// nextRun is ticker.Owner.Next.
func nextRun(r catalog.Reader, key []string, after time.Time) (time.Time, error) {
	rule, ok, err := rules.Get(r, key...)
	if err != nil || !ok {
		return time.Time{}, err
	}
	rule.RuleName = ruleNameOf(key)
	runs, err := rule.runs()
	return runs.next(after), err
}
