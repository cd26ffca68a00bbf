package api

import (
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/alarms"
)

// number returns an optional integer, zero for an absent one.
func number(n *int32) int {
	if n == nil {
		return 0
	}
	return int(*n)
}

// optional makes an empty string an absent one.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func wireAlarms(in []*alarms.Alarm) []types.MetricAlarm {
	out := make([]types.MetricAlarm, len(in))
	for i, a := range in {
		out[i] = wireAlarm(a)
	}
	return out
}

// wireAlarm shows an alarm: what the client left out stays absent, while the
// lists of actions and the dimensions are always there (cloudwatch.md 17).
func wireAlarm(a *alarms.Alarm) types.MetricAlarm {
	out := types.MetricAlarm{
		AlarmName: &a.Name, AlarmArn: new(a.ARN()), AlarmDescription: a.Description,
		AlarmConfigurationUpdatedTimestamp: new(a.ConfigurationUpdated.Time()),
		ActionsEnabled:                     &a.ActionsEnabled,
		OKActions:                          neverNil(a.OKActions),
		AlarmActions:                       neverNil(a.AlarmActions),
		InsufficientDataActions:            neverNil(a.InsufficientDataActions),
		StateValue:                         types.StateValue(a.Value),
		StateReason:                        optional(a.Reason),
		StateReasonData:                    optional(a.ReasonData),
		StateUpdatedTimestamp:              new(a.Updated.Time()),
		StateTransitionedTimestamp:         new(a.Transitioned.Time()),
		EvaluationState:                    types.EvaluationState(a.Evaluation),
		Dimensions:                         wireDimensions(a.Dimensions),
		WarmUpConfiguration:                wireWarmUp(a.WarmUp),
		EvaluationWindow:                   wireWindow(a.EvaluationWindow),
		ActionConfiguration:                wirePropagation(a.TagPropagation),
	}
	switch a.Kind() {
	case alarms.OnPromQL:
		out.EvaluationCriteria, out.EvaluationInterval = wirePromQL(a.PromQL), new(int32(a.Period))
		return out
	case alarms.OnQueries:
		out.Metrics = wireQueries(a.Queries)
	default:
		out.Namespace, out.MetricName, out.Unit = &a.Namespace, &a.MetricName, types.StandardUnit(a.Unit)
		out.Statistic, out.ExtendedStatistic = types.Statistic(a.Statistic), optional(a.ExtendedStatistic)
		out.Period = new(int32(a.Period))
	}
	out.EvaluationPeriods, out.DatapointsToAlarm = new(int32(a.EvaluationPeriods)), optionalNumber(a.DatapointsToAlarm)
	out.Threshold, out.ComparisonOperator = &a.Threshold, types.ComparisonOperator(a.Comparison)
	out.TreatMissingData, out.EvaluateLowSampleCountPercentile = optional(string(a.TreatMissingData)), optional(a.LowSamples)
	return out
}

func neverNil(in []string) []string {
	if in == nil {
		return []string{}
	}
	return in
}
