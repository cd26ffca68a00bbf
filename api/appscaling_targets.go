package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"skywatch/targets/scalable"
)

func (a appScalingAPI) targetOperations() []offered {
	return []offered{
		offer("RegisterScalableTarget", a.register, showsTargets, Fields{
			"ServiceNamespace": Acts, "ResourceId": Acts, "ScalableDimension": Acts, "MinCapacity": Acts, "MaxCapacity": Acts, "RoleARN": Kept,
			"SuspendedState": Acts, "SuspendedState.DynamicScalingInSuspended": Acts, "SuspendedState.DynamicScalingOutSuspended": Acts,
			"SuspendedState.ScheduledScalingSuspended": Acts, "Tags": Kept,
		}),
		offer("DeregisterScalableTarget", a.deregister, showsTargets, Fields{"ServiceNamespace": Acts, "ResourceId": Acts, "ScalableDimension": Acts}),
		offer("DescribeScalableTargets", a.describeTargets, showsTargets, Fields{
			"ServiceNamespace": Acts, "ResourceIds": Acts, "ScalableDimension": Acts, "MaxResults": Acts, "NextToken": Acts,
		}),
	}
}

func (a appScalingAPI) register(ctx context.Context, c *Call, in *sdk.RegisterScalableTargetInput) (*sdk.RegisterScalableTargetOutput, error) {
	r := scalable.Registration{Min: whole(in.MinCapacity), Max: whole(in.MaxCapacity), Role: text(in.RoleARN), Tags: in.Tags}
	if s := in.SuspendedState; s != nil {
		r.In, r.Out, r.Scheduled = s.DynamicScalingInSuspended, s.DynamicScalingOutSuspended, s.ScheduledScalingSuspended
	}
	arn, err := a.s.Register(ctx, scalableName(c, in.ServiceNamespace, in.ResourceId, in.ScalableDimension), r)
	if err != nil {
		return nil, err
	}
	return &sdk.RegisterScalableTargetOutput{ScalableTargetARN: &arn}, nil
}

func (a appScalingAPI) deregister(ctx context.Context, c *Call, in *sdk.DeregisterScalableTargetInput) (*sdk.DeregisterScalableTargetOutput, error) {
	return nil, a.s.Deregister(ctx, scalableName(c, in.ServiceNamespace, in.ResourceId, in.ScalableDimension))
}

func (a appScalingAPI) describeTargets(_ context.Context, c *Call, in *sdk.DescribeScalableTargetsInput) (*sdk.DescribeScalableTargetsOutput, error) {
	list, err := a.s.Targets(c.Tenant, scalable.Scope{Namespace: string(in.ServiceNamespace), Resources: in.ResourceIds, Dimension: string(in.ScalableDimension)})
	if err != nil {
		return nil, err
	}
	key := func(t *scalable.Target) string { return scalableKey(t.Name, "") }
	page, next, err := scalablePaged(list, key, ascending, "scalable-target", in.NextToken, in.MaxResults, scalablePage)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeScalableTargetsOutput{ScalableTargets: []types.ScalableTarget{}, NextToken: next}
	for i := range page {
		out.ScalableTargets = append(out.ScalableTargets, wireScalable(&page[i]))
	}
	return out, nil
}

func wireScalable(t *scalable.Target) types.ScalableTarget {
	return types.ScalableTarget{
		ServiceNamespace: types.ServiceNamespace(t.Namespace), ResourceId: &t.Resource, ScalableDimension: types.ScalableDimension(t.Dimension),
		MinCapacity: new(int32(t.Min)), MaxCapacity: new(int32(t.Max)), RoleARN: &t.Role, CreationTime: &t.Created, ScalableTargetARN: new(t.ARN()),
		SuspendedState: &types.SuspendedState{
			DynamicScalingInSuspended: &t.Suspended.In, DynamicScalingOutSuspended: &t.Suspended.Out, ScheduledScalingSuspended: &t.Suspended.Scheduled,
		},
	}
}
