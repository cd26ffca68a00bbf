package api

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"skywatch/internal/fault"
	"skywatch/targets/scaling"
)

func (a scalingAPI) actionOperations() []offered {
	return []offered{
		offer("PutScheduledUpdateGroupAction", a.putAction, showsTimes, Fields{
			"AutoScalingGroupName": Acts, "ScheduledActionName": Acts, "Time": Acts, "StartTime": Acts, "EndTime": Acts, "Recurrence": Acts,
			"MinSize": Acts, "MaxSize": Acts, "DesiredCapacity": Acts, "TimeZone": Acts,
		}),
		offer("DescribeScheduledActions", a.describeActions, showsTimes, Fields{
			"AutoScalingGroupName": Acts, "ScheduledActionNames": Acts, "StartTime": Acts, "EndTime": Acts, "NextToken": Acts, "MaxRecords": Acts, "IncludeManagedResources": Refused,
		}),
		offer("DeleteScheduledAction", a.deleteAction, showsTimes, Fields{"AutoScalingGroupName": Acts, "ScheduledActionName": Acts}),
	}
}

func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}

func (a scalingAPI) putAction(ctx context.Context, c *Call, in *sdk.PutScheduledUpdateGroupActionInput) (*sdk.PutScheduledUpdateGroupActionOutput, error) {
	start := in.StartTime
	switch { // Time is the older name (API reference)
	case start == nil:
		start = in.Time
	case in.Time != nil && !in.Time.Equal(*start):
		return nil, fault.New(fault.Validation, "Time and StartTime must be equal when both are given.").On("Time") // (inferred)
	}
	return nil, a.s.PutAction(ctx, scalingGroup(c, in.AutoScalingGroupName), text(in.ScheduledActionName), scaling.ActionSettings{
		Start: moment(start), End: moment(in.EndTime), Recurrence: text(in.Recurrence), TimeZone: text(in.TimeZone),
		Min: whole(in.MinSize), Max: whole(in.MaxSize), Desired: whole(in.DesiredCapacity),
	})
}

func (a scalingAPI) describeActions(_ context.Context, c *Call, in *sdk.DescribeScheduledActionsInput) (*sdk.DescribeScheduledActionsOutput, error) {
	list, err := a.s.Actions(c.Tenant, scaling.ActionFilter{
		Group: text(in.AutoScalingGroupName), Names: in.ScheduledActionNames, Start: moment(in.StartTime), End: moment(in.EndTime),
	})
	if err != nil {
		return nil, err
	}
	key := func(s *scaling.ScheduledAction) string { return s.Group + "\x01" + s.Name }
	page, next, err := scalingPaged(list, key, "scheduled-action", in.NextToken, in.MaxRecords)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeScheduledActionsOutput{ScheduledUpdateGroupActions: []types.ScheduledUpdateGroupAction{}, NextToken: next}
	for i := range page {
		s := &page[i]
		w := types.ScheduledUpdateGroupAction{
			AutoScalingGroupName: &s.Group, ScheduledActionName: &s.Name, ScheduledActionARN: new(s.ARN(scaling.GroupName{Tenant: c.Tenant, Group: s.Group})),
			Time: &s.Start, StartTime: &s.Start, Recurrence: unlessEmpty(s.Recurrence), TimeZone: unlessEmpty(s.TimeZone), MinSize: short(s.Min), MaxSize: short(s.Max),
			DesiredCapacity: short(s.Desired),
		}
		if !s.End.IsZero() {
			w.EndTime = &s.End
		}
		out.ScheduledUpdateGroupActions = append(out.ScheduledUpdateGroupActions, w)
	}
	return out, nil
}

func (a scalingAPI) deleteAction(ctx context.Context, c *Call, in *sdk.DeleteScheduledActionInput) (*sdk.DeleteScheduledActionOutput, error) {
	return nil, a.s.DeleteAction(ctx, scalingGroup(c, in.AutoScalingGroupName), text(in.ScheduledActionName))
}
