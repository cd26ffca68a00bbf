package api

import (
	"context"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"skywatch/targets/scaling"
)

func (a scalingAPI) instanceOperations() []offered {
	moves := func(more Fields) Fields {
		f := Fields{"InstanceIds": Acts, "AutoScalingGroupName": Acts}
		for m, s := range more {
			f[m] = s
		}
		return f
	}
	lowers := Fields{"ShouldDecrementDesiredCapacity": Acts}
	return []offered{
		offer("DescribeAutoScalingInstances", a.describeInstances, showsMembers, Fields{"InstanceIds": Acts, "MaxRecords": Acts, "NextToken": Acts, "IncludeManagedResources": Refused}),
		offer("TerminateInstanceInAutoScalingGroup", a.terminateInstance, showsMembers, Fields{
			"InstanceId": Acts, "ShouldDecrementDesiredCapacity": Acts, "AutoScalingGroupName": Refused, "InstanceIds": Refused,
		}),
		offer("AttachInstances", a.attach, showsMembers, moves(nil)),
		offer("DetachInstances", a.detach, showsMembers, moves(lowers)),
		offer("EnterStandby", a.enterStandby, showsMembers, moves(lowers)),
		offer("ExitStandby", a.exitStandby, showsMembers, moves(nil)),
		offer("SetInstanceHealth", a.setHealth, showsMembers, Fields{"InstanceId": Acts, "HealthStatus": Acts, "ShouldRespectGracePeriod": Acts}),
		offer("SetInstanceProtection", a.setProtection, showsMembers, moves(Fields{"ProtectedFromScaleIn": Acts})),
	}
}

func (a scalingAPI) describeInstances(_ context.Context, c *Call, in *sdk.DescribeAutoScalingInstancesInput) (*sdk.DescribeAutoScalingInstancesOutput, error) {
	list, err := a.s.Instances(c.Tenant, in.InstanceIds)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b scaling.Instance) int { return strings.Compare(a.ID, b.ID) })
	page, next, err := scalingPaged(list, func(i *scaling.Instance) string { return i.ID }, "scaling-instance", in.NextToken, in.MaxRecords)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeAutoScalingInstancesOutput{AutoScalingInstances: []types.AutoScalingInstanceDetails{}, NextToken: next}
	for k := range page {
		i := &page[k]
		out.AutoScalingInstances = append(out.AutoScalingInstances, types.AutoScalingInstanceDetails{
			InstanceId: &i.ID, InstanceType: unlessEmpty(i.Type), AutoScalingGroupName: &i.Group, AvailabilityZone: &i.Zone,
			LifecycleState: new(string(i.State)), HealthStatus: new(strings.ToUpper(i.Health())), LaunchConfigurationName: unlessEmpty(i.LaunchConfiguration),
			LaunchTemplate: wireTemplate(i.LaunchTemplate), ProtectedFromScaleIn: &i.Protected,
		})
	}
	return out, nil
}

func (a scalingAPI) terminateInstance(ctx context.Context, c *Call, in *sdk.TerminateInstanceInAutoScalingGroupInput) (*sdk.TerminateInstanceInAutoScalingGroupOutput, error) {
	got, err := a.s.TerminateInstance(ctx, c.Tenant, text(in.InstanceId), yes(in.ShouldDecrementDesiredCapacity))
	if err != nil {
		return nil, err
	}
	return &sdk.TerminateInstanceInAutoScalingGroupOutput{Activity: new(wireActivity(&scaling.Told{Activity: *got}))}, nil
}

func (a scalingAPI) attach(ctx context.Context, c *Call, in *sdk.AttachInstancesInput) (*sdk.AttachInstancesOutput, error) {
	if err := need("InstanceIds", len(in.InstanceIds)); err != nil {
		return nil, err
	}
	return nil, a.s.Attach(ctx, scalingGroup(c, in.AutoScalingGroupName), in.InstanceIds)
}

func (a scalingAPI) detach(ctx context.Context, c *Call, in *sdk.DetachInstancesInput) (*sdk.DetachInstancesOutput, error) {
	got, err := a.s.Detach(ctx, scalingGroup(c, in.AutoScalingGroupName), in.InstanceIds, yes(in.ShouldDecrementDesiredCapacity))
	return &sdk.DetachInstancesOutput{Activities: wireActivities(got)}, err
}

func (a scalingAPI) enterStandby(ctx context.Context, c *Call, in *sdk.EnterStandbyInput) (*sdk.EnterStandbyOutput, error) {
	got, err := a.s.EnterStandby(ctx, scalingGroup(c, in.AutoScalingGroupName), in.InstanceIds, yes(in.ShouldDecrementDesiredCapacity))
	return &sdk.EnterStandbyOutput{Activities: wireActivities(got)}, err
}

func (a scalingAPI) exitStandby(ctx context.Context, c *Call, in *sdk.ExitStandbyInput) (*sdk.ExitStandbyOutput, error) {
	got, err := a.s.ExitStandby(ctx, scalingGroup(c, in.AutoScalingGroupName), in.InstanceIds)
	return &sdk.ExitStandbyOutput{Activities: wireActivities(got)}, err
}

func (a scalingAPI) setHealth(ctx context.Context, c *Call, in *sdk.SetInstanceHealthInput) (*sdk.SetInstanceHealthOutput, error) {
	respect := in.ShouldRespectGracePeriod == nil || *in.ShouldRespectGracePeriod // the default is true
	return nil, a.s.SetHealth(ctx, c.Tenant, text(in.InstanceId), text(in.HealthStatus), respect)
}

func (a scalingAPI) setProtection(ctx context.Context, c *Call, in *sdk.SetInstanceProtectionInput) (*sdk.SetInstanceProtectionOutput, error) {
	return &sdk.SetInstanceProtectionOutput{}, a.s.Protect(ctx, scalingGroup(c, in.AutoScalingGroupName), in.InstanceIds, yes(in.ProtectedFromScaleIn))
}
