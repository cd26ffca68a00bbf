package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"skywatch/targets/scaling"
	"skywatch/targets/scaling/steps"
)

func (a scalingAPI) policyOperations() []offered {
	return []offered{
		offer("PutScalingPolicy", a.putPolicy, showsPolicies, Fields{
			"AutoScalingGroupName": Acts, "PolicyName": Acts, "PolicyType": Acts, "AdjustmentType": Acts, "MinAdjustmentStep": Refused,
			"MinAdjustmentMagnitude": Acts, "ScalingAdjustment": Acts, "Cooldown": Acts, "MetricAggregationType": Acts, "StepAdjustments": Acts,
			"StepAdjustments.MetricIntervalLowerBound": Acts, "StepAdjustments.MetricIntervalUpperBound": Acts, "StepAdjustments.ScalingAdjustment": Acts,
			"EstimatedInstanceWarmup": Acts, "TargetTrackingConfiguration": Refused, "Enabled": Acts, "PredictiveScalingConfiguration": Refused,
		}),
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
		Aggregation: text(in.MetricAggregationType), Disabled: in.Enabled != nil && !*in.Enabled,
	}
	for _, s := range in.StepAdjustments {
		p.Steps = append(p.Steps, steps.Step{Lower: s.MetricIntervalLowerBound, Upper: s.MetricIntervalUpperBound, Adjustment: int(*s.ScalingAdjustment)})
	}
	arn, err := a.s.PutPolicy(ctx, scalingGroup(c, in.AutoScalingGroupName), text(in.PolicyName), p)
	if err != nil {
		return nil, err
	}
	return &sdk.PutScalingPolicyOutput{PolicyARN: &arn, Alarms: []types.Alarm{}}, nil
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
	for i := range page {
		out.ScalingPolicies = append(out.ScalingPolicies, wirePolicy(c, &page[i]))
	}
	return out, nil
}

func wirePolicy(c *Call, p *scaling.Policy) types.ScalingPolicy {
	w := types.ScalingPolicy{
		AutoScalingGroupName: &p.Group, PolicyName: &p.Name, PolicyARN: new(p.ARN(scaling.GroupName{Tenant: c.Tenant, Group: p.Group})),
		PolicyType: &p.Type, AdjustmentType: new(string(p.Adjustment)), MinAdjustmentMagnitude: short(p.Magnitude), ScalingAdjustment: short(p.By),
		Cooldown: short(p.Cooldown), EstimatedInstanceWarmup: short(p.Warmup), MetricAggregationType: unlessEmpty(p.Aggregation),
		StepAdjustments: []types.StepAdjustment{}, Alarms: []types.Alarm{}, Enabled: new(!p.Disabled),
	}
	for _, s := range p.Steps {
		w.StepAdjustments = append(w.StepAdjustments, types.StepAdjustment{
			MetricIntervalLowerBound: s.Lower, MetricIntervalUpperBound: s.Upper, ScalingAdjustment: new(int32(s.Adjustment)),
		})
	}
	return w
}
