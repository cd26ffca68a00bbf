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
		Namespace:                          &a.Namespace, MetricName: &a.MetricName,
		Statistic:                        types.Statistic(a.Statistic),
		ExtendedStatistic:                optional(a.ExtendedStatistic),
		Dimensions:                       make([]types.Dimension, len(a.Dimensions)),
		Period:                           new(int32(a.Period)),
		Unit:                             types.StandardUnit(a.Unit),
		EvaluationPeriods:                new(int32(a.EvaluationPeriods)),
		Threshold:                        &a.Threshold,
		ComparisonOperator:               types.ComparisonOperator(a.Comparison),
		TreatMissingData:                 optional(string(a.TreatMissingData)),
		EvaluateLowSampleCountPercentile: optional(a.LowSamples),
	}
	for i := range a.Dimensions {
		out.Dimensions[i] = types.Dimension{Name: &a.Dimensions[i].Name, Value: &a.Dimensions[i].Value}
	}
	if a.DatapointsToAlarm != 0 {
		out.DatapointsToAlarm = new(int32(a.DatapointsToAlarm))
	}
	return out
}

func neverNil(in []string) []string {
	if in == nil {
		return []string{}
	}
	return in
}
