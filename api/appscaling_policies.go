package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"skywatch/alarms"
	"skywatch/internal/fault"
	"skywatch/targets/scalable"
	"skywatch/targets/scaling/steps"
)

func (a appScalingAPI) policyOperations() []offered {
	const step = "StepScalingPolicyConfiguration"
	return []offered{
		offer("PutScalingPolicy", a.putPolicy, showsSteps, scalableTrackingFields(Fields{
			"PolicyName": Acts, "ServiceNamespace": Acts, "ResourceId": Acts, "ScalableDimension": Acts, "PolicyType": Acts,
			step: Acts, step + ".AdjustmentType": Acts, step + ".StepAdjustments": Acts, step + ".StepAdjustments.MetricIntervalLowerBound": Acts,
			step + ".StepAdjustments.MetricIntervalUpperBound": Acts, step + ".StepAdjustments.ScalingAdjustment": Acts,
			step + ".MinAdjustmentMagnitude": Acts, step + ".Cooldown": Acts, step + ".MetricAggregationType": Acts,
			"PredictiveScalingPolicyConfiguration": Refused,
		})),
		offer("DeleteScalingPolicy", a.deletePolicy, showsSteps, Fields{"PolicyName": Acts, "ServiceNamespace": Acts, "ResourceId": Acts, "ScalableDimension": Acts}),
		offer("DescribeScalingPolicies", a.describePolicies, showsSteps, Fields{
			"PolicyNames": Acts, "ServiceNamespace": Acts, "ResourceId": Acts, "ScalableDimension": Acts, "MaxResults": Acts, "NextToken": Acts,
		}),
		offer("GetPredictiveScalingForecast", a.forecast, showsSteps, Fields{
			"ServiceNamespace": Unused, "ResourceId": Unused, "ScalableDimension": Unused, "PolicyName": Unused, "StartTime": Unused, "EndTime": Unused,
		}),
	}
}

func (a appScalingAPI) putPolicy(ctx context.Context, c *Call, in *sdk.PutScalingPolicyInput) (*sdk.PutScalingPolicyOutput, error) {
	var with *scalable.Settings
	if s := in.StepScalingPolicyConfiguration; s != nil {
		with = &scalable.Settings{
			Adjustment: steps.AdjustmentType(s.AdjustmentType), Magnitude: whole(s.MinAdjustmentMagnitude), Cooldown: whole(s.Cooldown),
			Aggregation: string(s.MetricAggregationType),
		}
		for _, step := range s.StepAdjustments {
			with.Steps = append(with.Steps, steps.Step{Lower: step.MetricIntervalLowerBound, Upper: step.MetricIntervalUpperBound, Adjustment: int(*step.ScalingAdjustment)})
		}
	}
	if t := in.TargetTrackingScalingPolicyConfiguration; t != nil {
		if with == nil {
			with = &scalable.Settings{}
		}
		with.Tracking, with.OutCooldown, with.InCooldown = scalableTracking(t), whole(t.ScaleOutCooldown), whole(t.ScaleInCooldown)
	}
	n := scalableName(c, in.ServiceNamespace, in.ResourceId, in.ScalableDimension)
	made, err := a.s.PutPolicy(ctx, n, text(in.PolicyName), string(in.PolicyType), with)
	if err != nil {
		return nil, err
	}
	out := &sdk.PutScalingPolicyOutput{PolicyARN: new(made.ARN()), Alarms: []types.Alarm{}}
	for _, name := range made.Alarms.Names() {
		out.Alarms = append(out.Alarms, types.Alarm{AlarmName: &name, AlarmARN: new(alarms.Key{Tenant: c.Tenant, Name: name}.ARN())})
	}
	return out, nil
}

func (a appScalingAPI) deletePolicy(ctx context.Context, c *Call, in *sdk.DeleteScalingPolicyInput) (*sdk.DeleteScalingPolicyOutput, error) {
	return nil, a.s.DeletePolicy(ctx, scalableName(c, in.ServiceNamespace, in.ResourceId, in.ScalableDimension), text(in.PolicyName))
}

func (a appScalingAPI) describePolicies(_ context.Context, c *Call, in *sdk.DescribeScalingPoliciesInput) (*sdk.DescribeScalingPoliciesOutput, error) {
	list, err := a.s.Policies(c.Tenant, scalableScope(in.ServiceNamespace, in.ResourceId, in.ScalableDimension), in.PolicyNames)
	if err != nil {
		return nil, err
	}
	key := func(p *scalable.Policy) string { return scalableKey(p.Name, p.Policy) }
	page, next, err := scalablePaged(list, key, ascending, "scalable-policy", in.NextToken, in.MaxResults, scalablePolicyPage)
	if err != nil {
		return nil, err
	}
	by := map[string][]*alarms.Alarm{}
	for i := range page {
		by[page[i].ARN()] = nil
	}
	if err := executing(a.watching, c, by); err != nil {
		return nil, err
	}
	out := &sdk.DescribeScalingPoliciesOutput{ScalingPolicies: []types.ScalingPolicy{}, NextToken: next}
	for i := range page {
		w := wireScalablePolicy(&page[i])
		for _, alarm := range by[*w.PolicyARN] {
			w.Alarms = append(w.Alarms, types.Alarm{AlarmName: &alarm.Name, AlarmARN: new(alarm.ARN())})
		}
		out.ScalingPolicies = append(out.ScalingPolicies, w)
	}
	return out, nil
}

func wireScalablePolicy(p *scalable.Policy) types.ScalingPolicy {
	w := types.ScalingPolicy{
		PolicyARN: new(p.ARN()), PolicyName: &p.Policy, PolicyType: types.PolicyType(p.Type), CreationTime: &p.Created,
		ServiceNamespace: types.ServiceNamespace(p.Namespace), ResourceId: &p.Resource, ScalableDimension: types.ScalableDimension(p.Dimension),
		Alarms: []types.Alarm{},
	}
	if p.Tracking != nil {
		w.TargetTrackingScalingPolicyConfiguration = wireScalableTracking(p.Tracking)
		w.TargetTrackingScalingPolicyConfiguration.ScaleOutCooldown = short(p.OutCooldown)
		w.TargetTrackingScalingPolicyConfiguration.ScaleInCooldown = short(p.InCooldown)
		return w
	}
	w.StepScalingPolicyConfiguration = wireSteps(p)
	return w
}

func wireSteps(p *scalable.Policy) *types.StepScalingPolicyConfiguration {
	step := &types.StepScalingPolicyConfiguration{
		AdjustmentType: types.AdjustmentType(p.Adjustment), MinAdjustmentMagnitude: short(p.Magnitude), Cooldown: short(p.Cooldown),
		MetricAggregationType: types.MetricAggregationType(p.Aggregation), StepAdjustments: []types.StepAdjustment{},
	}
	for _, s := range p.Steps {
		step.StepAdjustments = append(step.StepAdjustments, types.StepAdjustment{
			MetricIntervalLowerBound: s.Lower, MetricIntervalUpperBound: s.Upper, ScalingAdjustment: new(int32(s.Adjustment)),
		})
	}
	return step
}

// forecast refuses: there are no policies that forecast.
func (a appScalingAPI) forecast(context.Context, *Call, *sdk.GetPredictiveScalingForecastInput) (*sdk.GetPredictiveScalingForecastOutput, error) {
	return nil, fault.New(fault.Validation, "Policies of type PredictiveScaling are not supported by this version of Skywatch; there is no forecast.").On("PolicyName") // wording ours
}
