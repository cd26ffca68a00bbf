package scheduler

import (
	"encoding/json"
	"strings"
	"time"

	"skywatch/internal/arn"
	"skywatch/internal/fault"
	"skywatch/schedule"
	"skywatch/targets"
)

// latestStart is how long ago a start date may be (user guide, "Creating a
// schedule").
const latestStart = 5 * time.Minute

func invalid(param, format string, args ...any) error {
	return fault.New(fault.Validation, format, args...).On(param)
}

// check judges a definition beyond the model's constraints. was is the start
// date of the schedule that it replaces: clients send it again.
func (d *Definition) check(n Name, was, now time.Time) error {
	if _, err := schedule.Parse(d.Expression, schedule.Scheduler); err != nil {
		return err
	}
	if _, err := schedule.Zone(d.Timezone); err != nil {
		return invalid("ScheduleExpressionTimezone", "Invalid ScheduleExpressionTimezone %s.", d.Timezone) // wording (inferred)
	}
	if err := d.checkDates(was, now); err != nil {
		return err
	}
	return d.Target.check()
}

func (d *Definition) checkDates(was, now time.Time) error {
	if strings.HasPrefix(d.Expression, "at(") { // the dates do not hold for it
		return nil
	}
	if !d.Start.IsZero() && !d.Start.Equal(was) && now.Sub(d.Start) > latestStart {
		return invalid("StartDate", "The StartDate you specify cannot be earlier than 5 minutes ago.") // recorded
	}
	if !d.Start.IsZero() && !d.End.IsZero() && !d.End.After(d.Start) {
		return invalid("EndDate", "The EndDate you specify must come after the StartDate you specify.") // wording (inferred)
	}
	return nil
}

// universal begins the resource of a universal target's ARN.
const universal = "aws-sdk:"

func (t *Target) check() error {
	a, err := arn.Parse(t.ARN)
	if err != nil || a.Service == "scheduler" && strings.Count(a.Resource, ":") != 2 {
		return invalid("Target.Arn", "Provided Arn is not in correct format.") // wording (inferred)
	}
	kind := targets.KindOf(t.ARN)
	fifo := kind == targets.Queue && strings.HasSuffix(a.Resource, ".fifo")
	switch {
	case t.MessageGroup == "" && fifo:
		return invalid("Target.SqsParameters", "MessageGroupId is required for a FIFO queue.") // wording (inferred)
	case t.MessageGroup != "" && kind != targets.Queue:
		return onlyFor("SqsParameters", "an SQS queue")
	case t.Event == nil && kind == targets.Bus:
		return invalid("Target.EventBridgeParameters", "EventBridgeParameters are required for an event bus.") // wording (inferred)
	case t.Event != nil && kind != targets.Bus:
		return onlyFor("EventBridgeParameters", "an event bus")
	}
	if err := t.checkBlocks(a); err != nil {
		return err
	}
	return t.checkInput(a, kind)
}

func onlyFor(member, what string) error {
	return invalid("Target."+member, "%s can be given only for %s.", member, what) // wording (inferred)
}

// checkInput wants JSON of the targets that take nothing else (API reference,
// Target).
func (t *Target) checkInput(a arn.ARN, kind targets.Kind) error {
	if t.Input == "" {
		return nil
	}
	switch {
	case kind == targets.Bus && !isObject(t.Input):
		return invalid("Target.Input", "Input must be a JSON object for an event bus.") // wording (inferred)
	case a.Service == "lambda", a.Service == "states", strings.HasPrefix(a.Resource, universal):
		if !json.Valid([]byte(t.Input)) {
			return invalid("Target.Input", "Input must be well-formed JSON for this target.") // wording (inferred)
		}
	}
	return nil
}

func isObject(text string) bool {
	return strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") && json.Valid([]byte(text))
}
