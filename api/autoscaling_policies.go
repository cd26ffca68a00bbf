package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"skywatch/alarms"
	"skywatch/targets/scaling"
	"skywatch/targets/scaling/steps"
)

func (a scalingAPI) policyOperations() []offered {
	return []offered{
		offer("PutScalingPolicy", a.putPolicy, showsPolicies, trackingFields(Fields{
			"AutoScalingGroupName": Acts, "PolicyName": Acts, "PolicyType": Acts, "AdjustmentType": Acts, "MinAdjustmentStep": Refused,
			"MinAdjustmentMagnitude": Acts, "ScalingAdjustment": Acts, "Cooldown": Acts, "MetricAggregationType": Acts, "StepAdjustments": Acts,
			"StepAdjustments.MetricIntervalLowerBound": Acts, "StepAdjustments.MetricIntervalUpperBound": Acts, "StepAdjustments.ScalingAdjustment": Acts,
			"EstimatedInstanceWarmup": Acts, "Enabled": Acts, "PredictiveScalingConfiguration": Refused,
		})),
		offer("ExecutePolicy", a.executePolicy, showsPolicies, Fields{
			"AutoScalingGroupName": Acts, "PolicyName": Acts, "HonorCooldown": Acts, "MetricValue": Acts, "BreachThreshold": Acts,
		}),
		offer("DeletePolicy", a.deletePolicy, showsPolicies, Fields{"AutoScalingGroupName": Acts, "PolicyName": Acts}),
		offer("DescribePolicies", a.describePolicies, showsPolicies, Fields{
			"AutoScalingGroupName": Acts, "PolicyNames": Acts, "PolicyTypes": Acts, "NextToken": Acts, "MaxRecords": Acts, "IncludeManagedResources": Refused,
		}),
	}
}

func (a scalingAPI) putPolicy(ctx context.Context, c *Call, in *sdk.PutScalingPolicyInput) (*sdk.PutScalingPolicyOutput, error) {
	p := scaling.PolicySettings{
		Type: text(in.PolicyType), Adjustment: steps.AdjustmentType(text(in.AdjustmentType)), By: whole(in.ScalingAdjustment),
		Magnitude: whole(in.MinAdjustmentMagnitude), Cooldown: whole(in.Cooldown), Warmup: whole(in.EstimatedInstanceWarmup),
		Aggregation: text(in.MetricAggregationType), Tracking: groupTracking(in.TargetTrackingConfiguration), Disabled: in.Enabled != nil && !*in.Enabled,
	}
	for _, s := range in.StepAdjustments {
		p.Steps = append(p.Steps, steps.Step{Lower: s.MetricIntervalLowerBound, Upper: s.MetricIntervalUpperBound, Adjustment: int(*s.ScalingAdjustment)})
	}
	n := scalingGroup(c, in.AutoScalingGroupName)
	made, err := a.s.PutPolicy(ctx, n, text(in.PolicyName), p)
	if err != nil {
		return nil, err
	}
	out := &sdk.PutScalingPolicyOutput{PolicyARN: new(made.ARN(n)), Alarms: []types.Alarm{}}
	for _, name := range made.Alarms.Names() {
		out.Alarms = append(out.Alarms, types.Alarm{AlarmName: &name, AlarmARN: new(alarms.Key{Tenant: c.Tenant, Name: name}.ARN())})
	}
	return out, nil
}

func (a scalingAPI) executePolicy(ctx context.Context, c *Call, in *sdk.ExecutePolicyInput) (*sdk.ExecutePolicyOutput, error) {
	return nil, a.s.ExecutePolicy(ctx, scaling.Execution{
		Tenant: c.Tenant, Group: text(in.AutoScalingGroupName), Policy: text(in.PolicyName), HonorCooldown: yes(in.HonorCooldown),
		Value: in.MetricValue, Threshold: in.BreachThreshold,
	})
}

func (a scalingAPI) deletePolicy(ctx context.Context, c *Call, in *sdk.DeletePolicyInput) (*sdk.DeletePolicyOutput, error) {
	return nil, a.s.DeletePolicy(ctx, c.Tenant, text(in.AutoScalingGroupName), text(in.PolicyName))
}

func (a scalingAPI) describePolicies(_ context.Context, c *Call, in *sdk.DescribePoliciesInput) (*sdk.DescribePoliciesOutput, error) {
	list, err := a.s.Policies(c.Tenant, scaling.PolicyFilter{Group: text(in.AutoScalingGroupName), Names: in.PolicyNames, Types: in.PolicyTypes})
	if err != nil {
		return nil, err
	}
	key := func(p *scaling.Policy) string { return p.Group + "\x01" + p.Name }
	page, next, err := scalingPaged(list, key, "scaling-policy", in.NextToken, in.MaxRecords)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribePoliciesOutput{ScalingPolicies: []types.ScalingPolicy{}, NextToken: next}
	by := map[string][]*alarms.Alarm{}
	for i := range page {
		w := wirePolicy(c, &page[i])
		out.ScalingPolicies, by[*w.PolicyARN] = append(out.ScalingPolicies, w), nil
	}
	if err := executing(a.watching, c, by); err != nil {
		return nil, err
	}
	for i := range out.ScalingPolicies {
		w := &out.ScalingPolicies[i]
		for _, alarm := range by[*w.PolicyARN] {
			w.Alarms = append(w.Alarms, types.Alarm{AlarmName: &alarm.Name, AlarmARN: new(alarm.ARN())})
		}
	}
	return out, nil
}

func wirePolicy(c *Call, p *scaling.Policy) types.ScalingPolicy {
	w := types.ScalingPolicy{
		AutoScalingGroupName: &p.Group, PolicyName: &p.Name, PolicyARN: new(p.ARN(scaling.GroupName{Tenant: c.Tenant, Group: p.Group})),
		PolicyType: &p.Type, AdjustmentType: unlessEmpty(string(p.Adjustment)), MinAdjustmentMagnitude: short(p.Magnitude), ScalingAdjustment: short(p.By),
		Cooldown: short(p.Cooldown), EstimatedInstanceWarmup: short(p.Warmup), MetricAggregationType: unlessEmpty(p.Aggregation),
		StepAdjustments: []types.StepAdjustment{}, Alarms: []types.Alarm{}, Enabled: new(!p.Disabled), TargetTrackingConfiguration: wireGroupTracking(p.Tracking),
	}
	for _, s := range p.Steps {
		w.StepAdjustments = append(w.StepAdjustments, types.StepAdjustment{
			MetricIntervalLowerBound: s.Lower, MetricIntervalUpperBound: s.Upper, ScalingAdjustment: new(int32(s.Adjustment)),
		})
	}
	return w
}
