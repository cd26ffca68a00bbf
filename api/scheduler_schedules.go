package api

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	schedulermodel "skywatch/api/wire/schemas/scheduler"
	"skywatch/internal/fault"
	"skywatch/scheduler"
)

func (a schedulerAPI) scheduleOperations() []offered {
	return []offered{
		offer("CreateSchedule", a.createSchedule, "conformance: TestSchedules", scheduleFields()),
		offer("UpdateSchedule", a.updateSchedule, "conformance: TestSchedules", scheduleFields()),
		offer("GetSchedule", a.getSchedule, "conformance: TestSchedules", Fields{"Name": Acts, "GroupName": Acts}),
		offer("DeleteSchedule", a.deleteSchedule, "conformance: TestSchedules", Fields{"Name": Acts, "GroupName": Acts, "ClientToken": Acts}),
		offer("ListSchedules", a.listSchedules, "conformance: TestSchedules", Fields{
			"GroupName": Acts, "NamePrefix": Acts, "State": Acts, "NextToken": Acts, "MaxResults": Acts,
		}),
	}
}

func scheduleFields() Fields {
	f := Fields{"Description": Kept, "KmsKeyArn": Refused, "Target.RoleArn": Kept}
	for _, m := range members(schedulermodel.CreateScheduleInput, "") {
		if _, ok := f[m]; ok {
			continue
		}
		f[m] = Acts
	}
	return f
}

// replacement is what CreateSchedule and UpdateSchedule say alike.
type replacement struct {
	Description, Expression, Timezone *string
	State                             types.ScheduleState
	Completion                        types.ActionAfterCompletion
	Window                            *types.FlexibleTimeWindow
	Start, End                        *time.Time
	Target                            *types.Target
}

// definition reads what a schedule is to be; what is not said has its default.
func (r replacement) definition() (scheduler.Definition, error) {
	d := scheduler.Definition{
		Description: text(r.Description), Expression: text(r.Expression), Timezone: text(r.Timezone),
		State: scheduler.State(r.State), Completion: scheduler.Completion(r.Completion), Window: number(r.Window.MaximumWindowInMinutes),
	}
	switch flexible := r.Window.Mode == types.FlexibleTimeWindowModeFlexible; {
	case flexible && d.Window == 0:
		return d, windowFault("MaximumWindowInMinutes is required where the mode of the FlexibleTimeWindow is FLEXIBLE.")
	case !flexible && d.Window != 0:
		return d, windowFault("MaximumWindowInMinutes cannot be given where the mode of the FlexibleTimeWindow is OFF.")
	}
	if d.Timezone == "" {
		d.Timezone = "UTC"
	}
	if d.State == "" {
		d.State = scheduler.Enabled
	}
	if d.Completion == "" {
		d.Completion = scheduler.Keep
	}
	if r.Start != nil {
		d.Start = *r.Start
	}
	if r.End != nil {
		d.End = *r.End
	}
	var err error
	d.Target, err = readScheduleTarget(r.Target)
	return d, err
}

// windowFault words a contradiction; AWS's words are not known (inferred).
func windowFault(message string) error {
	return fault.New(fault.Validation, "%s", message).On("FlexibleTimeWindow")
}

func (a schedulerAPI) createSchedule(ctx context.Context, c *Call, in *sdk.CreateScheduleInput) (*sdk.CreateScheduleOutput, error) {
	d, err := replacement{
		in.Description, in.ScheduleExpression, in.ScheduleExpressionTimezone, in.State, in.ActionAfterCompletion,
		in.FlexibleTimeWindow, in.StartDate, in.EndDate, in.Target,
	}.definition()
	if err != nil {
		return nil, err
	}
	n := scheduleAt(c, in.GroupName, in.Name)
	if err := a.s.CreateSchedule(ctx, n, d, text(in.ClientToken)); err != nil {
		return nil, err
	}
	return &sdk.CreateScheduleOutput{ScheduleArn: new(n.ARN())}, nil
}

func (a schedulerAPI) updateSchedule(ctx context.Context, c *Call, in *sdk.UpdateScheduleInput) (*sdk.UpdateScheduleOutput, error) {
	d, err := replacement{
		in.Description, in.ScheduleExpression, in.ScheduleExpressionTimezone, in.State, in.ActionAfterCompletion,
		in.FlexibleTimeWindow, in.StartDate, in.EndDate, in.Target,
	}.definition()
	if err != nil {
		return nil, err
	}
	n := scheduleAt(c, in.GroupName, in.Name)
	if err := a.s.UpdateSchedule(ctx, n, d, text(in.ClientToken)); err != nil {
		return nil, err
	}
	return &sdk.UpdateScheduleOutput{ScheduleArn: new(n.ARN())}, nil
}

func (a schedulerAPI) getSchedule(_ context.Context, c *Call, in *sdk.GetScheduleInput) (*sdk.GetScheduleOutput, error) {
	s, err := a.s.Schedule(scheduleAt(c, in.GroupName, in.Name))
	if err != nil {
		return nil, err
	}
	target, err := wireScheduleTarget(&s.Target)
	if err != nil {
		return nil, err
	}
	out := &sdk.GetScheduleOutput{
		Arn: new(s.ARN()), Name: &s.Schedule, GroupName: &s.Group, Description: optional(s.Description),
		ScheduleExpression: &s.Expression, ScheduleExpressionTimezone: &s.Timezone,
		FlexibleTimeWindow: &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff},
		State:              types.ScheduleState(s.State), ActionAfterCompletion: types.ActionAfterCompletion(s.Completion),
		StartDate: known(s.Start), EndDate: known(s.End), Target: &target,
		CreationDate: &s.Created, LastModificationDate: &s.Modified,
	}
	if s.Window > 0 {
		out.FlexibleTimeWindow = &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeFlexible, MaximumWindowInMinutes: short(&s.Window)}
	}
	return out, nil
}

func (a schedulerAPI) deleteSchedule(ctx context.Context, c *Call, in *sdk.DeleteScheduleInput) (*sdk.DeleteScheduleOutput, error) {
	return &sdk.DeleteScheduleOutput{}, a.s.DeleteSchedule(ctx, scheduleAt(c, in.GroupName, in.Name), text(in.ClientToken))
}

func (a schedulerAPI) listSchedules(_ context.Context, c *Call, in *sdk.ListSchedulesInput) (*sdk.ListSchedulesOutput, error) {
	after, err := scheduledAfter(in.NextToken, "schedule", 2)
	if err != nil {
		return nil, err
	}
	page, more, err := a.s.Schedules(scheduler.Listing{
		Tenant: c.Tenant, Group: text(in.GroupName), Prefix: text(in.NamePrefix), State: scheduler.State(in.State),
		After: scheduleAt(c, &after[0], &after[1]), Limit: listLimit(in.MaxResults),
	})
	if err != nil {
		return nil, err
	}
	out := &sdk.ListSchedulesOutput{Schedules: make([]types.ScheduleSummary, len(page))}
	for i := range page {
		s := &page[i]
		out.Schedules[i] = types.ScheduleSummary{
			Arn: new(s.ARN()), Name: &s.Schedule, GroupName: &s.Group, State: types.ScheduleState(s.State),
			CreationDate: &s.Created, LastModificationDate: &s.Modified, Target: &types.TargetSummary{Arn: &s.Target.ARN},
		}
	}
	if more {
		last := page[len(page)-1]
		out.NextToken = writeToken("schedule", last.Group, last.Schedule)
	}
	return out, nil
}
