package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"skywatch/targets/scaling"
	"skywatch/targets/scaling/steps"
)

func (a scalingAPI) listOperations() []offered {
	return []offered{
		offer("DescribeAdjustmentTypes", a.adjustmentTypes, showsLists, nil),
		offer("DescribeScalingProcessTypes", a.processTypes, showsLists, nil),
		offer("DescribeTerminationPolicyTypes", a.terminationTypes, showsLists, nil),
		offer("DescribeAutoScalingNotificationTypes", a.notificationTypes, showsLists, nil),
		offer("DescribeLifecycleHookTypes", a.hookTypes, showsLists, nil),
		offer("DescribeAccountLimits", a.accountLimits, showsLists, nil),
	}
}

func (a scalingAPI) adjustmentTypes(context.Context, *Call, *sdk.DescribeAdjustmentTypesInput) (*sdk.DescribeAdjustmentTypesOutput, error) {
	out := &sdk.DescribeAdjustmentTypesOutput{}
	for _, t := range steps.AdjustmentTypes() {
		out.AdjustmentTypes = append(out.AdjustmentTypes, types.AdjustmentType{AdjustmentType: &t})
	}
	return out, nil
}

func (a scalingAPI) processTypes(context.Context, *Call, *sdk.DescribeScalingProcessTypesInput) (*sdk.DescribeScalingProcessTypesOutput, error) {
	out := &sdk.DescribeScalingProcessTypesOutput{}
	for _, p := range scaling.Processes() {
		out.Processes = append(out.Processes, types.ProcessType{ProcessName: &p})
	}
	return out, nil
}

func (a scalingAPI) terminationTypes(context.Context, *Call, *sdk.DescribeTerminationPolicyTypesInput) (*sdk.DescribeTerminationPolicyTypesOutput, error) {
	return &sdk.DescribeTerminationPolicyTypesOutput{TerminationPolicyTypes: scaling.TerminationPolicies()}, nil
}

func (a scalingAPI) notificationTypes(context.Context, *Call, *sdk.DescribeAutoScalingNotificationTypesInput) (*sdk.DescribeAutoScalingNotificationTypesOutput, error) {
	return &sdk.DescribeAutoScalingNotificationTypesOutput{AutoScalingNotificationTypes: scaling.NotificationTypes()}, nil
}

func (a scalingAPI) hookTypes(context.Context, *Call, *sdk.DescribeLifecycleHookTypesInput) (*sdk.DescribeLifecycleHookTypesOutput, error) {
	return &sdk.DescribeLifecycleHookTypesOutput{LifecycleHookTypes: scaling.Transitions()}, nil
}

func (a scalingAPI) accountLimits(_ context.Context, c *Call, _ *sdk.DescribeAccountLimitsInput) (*sdk.DescribeAccountLimitsOutput, error) {
	have, err := a.s.Groups(c.Tenant, nil)
	if err != nil {
		return nil, err
	}
	return &sdk.DescribeAccountLimitsOutput{
		MaxNumberOfAutoScalingGroups: new(int32(scaling.MaxGroups)), NumberOfAutoScalingGroups: new(int32(len(have))),
		MaxNumberOfLaunchConfigurations: new(int32(0)), NumberOfLaunchConfigurations: new(int32(0)), // this version keeps none
	}, nil
}
