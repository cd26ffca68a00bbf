package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"skywatch/targets/scalable"
)

func (a appScalingAPI) actionOperations() []offered {
	return []offered{
		offer("PutScheduledAction", a.putAction, showsPlans, Fields{
			"ServiceNamespace": Acts, "Schedule": Acts, "Timezone": Acts, "ScheduledActionName": Acts, "ResourceId": Acts, "ScalableDimension": Acts,
			"StartTime": Acts, "EndTime": Acts, "ScalableTargetAction": Acts, "ScalableTargetAction.MinCapacity": Acts, "ScalableTargetAction.MaxCapacity": Acts,
		}),
		offer("DeleteScheduledAction", a.deleteAction, showsPlans, Fields{
			"ServiceNamespace": Acts, "ScheduledActionName": Acts, "ResourceId": Acts, "ScalableDimension": Acts,
		}),
		offer("DescribeScheduledActions", a.describeActions, showsPlans, Fields{
			"ScheduledActionNames": Acts, "ServiceNamespace": Acts, "ResourceId": Acts, "ScalableDimension": Acts, "MaxResults": Acts, "NextToken": Acts,
		}),
	}
}

func (a appScalingAPI) putAction(ctx context.Context, c *Call, in *sdk.PutScheduledActionInput) (*sdk.PutScheduledActionOutput, error) {
	p := scalable.Plan{Schedule: text(in.Schedule), Timezone: text(in.Timezone), Start: moment(in.StartTime), End: moment(in.EndTime)}
	if to := in.ScalableTargetAction; to != nil {
		p.Min, p.Max = whole(to.MinCapacity), whole(to.MaxCapacity)
	}
	n := scalableName(c, in.ServiceNamespace, in.ResourceId, in.ScalableDimension)
	return nil, a.s.PutAction(ctx, n, text(in.ScheduledActionName), p)
}

func (a appScalingAPI) deleteAction(ctx context.Context, c *Call, in *sdk.DeleteScheduledActionInput) (*sdk.DeleteScheduledActionOutput, error) {
	return nil, a.s.DeleteAction(ctx, scalableName(c, in.ServiceNamespace, in.ResourceId, in.ScalableDimension), text(in.ScheduledActionName))
}

func (a appScalingAPI) describeActions(_ context.Context, c *Call, in *sdk.DescribeScheduledActionsInput) (*sdk.DescribeScheduledActionsOutput, error) {
	list, err := a.s.Actions(c.Tenant, scalableScope(in.ServiceNamespace, in.ResourceId, in.ScalableDimension), in.ScheduledActionNames)
	if err != nil {
		return nil, err
	}
	key := func(p *scalable.ScheduledAction) string { return scalableKey(p.Name, p.Action) }
	page, next, err := scalablePaged(list, key, ascending, "scalable-action", in.NextToken, in.MaxResults, scalablePage)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeScheduledActionsOutput{ScheduledActions: []types.ScheduledAction{}, NextToken: next}
	for i := range page {
		p := &page[i]
		out.ScheduledActions = append(out.ScheduledActions, types.ScheduledAction{
			ScheduledActionName: &p.Action, ScheduledActionARN: new(p.ARN()), ServiceNamespace: types.ServiceNamespace(p.Namespace), ResourceId: &p.Resource,
			ScalableDimension: types.ScalableDimension(p.Dimension), Schedule: &p.Schedule, Timezone: unlessEmpty(p.Timezone), CreationTime: &p.Created,
			StartTime: unlessZero(p.Start), EndTime: unlessZero(p.End),
			ScalableTargetAction: &types.ScalableTargetAction{MinCapacity: short(p.Min), MaxCapacity: short(p.Max)},
		})
	}
	return out, nil
}
