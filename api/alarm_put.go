package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"

	"skywatch/alarms"
)

func putMetricAlarm(a *alarms.Service) offered {
	return offer("PutMetricAlarm",
		func(ctx context.Context, c *Call, r *cloudwatch.PutMetricAlarmInput) (*cloudwatch.PutMetricAlarmOutput, error) {
			return nil, a.Put(ctx, c.Tenant, alarmSent(r), c.Now)
		},
		"conformance: TestPutMetricAlarm", Fields{
			"AlarmName": Acts, "AlarmDescription": Kept, "ActionsEnabled": Acts,
			"OKActions": Acts, "AlarmActions": Acts, "InsufficientDataActions": Acts,
			"MetricName": Acts, "Namespace": Acts, "Statistic": Acts, "ExtendedStatistic": Acts,
			"Dimensions": Acts, "Dimensions.Name": Acts, "Dimensions.Value": Acts,
			"Period": Acts, "Unit": Acts, "EvaluationPeriods": Acts, "DatapointsToAlarm": Acts,
			"Threshold": Acts, "ComparisonOperator": Acts, "TreatMissingData": Acts, "EvaluateLowSampleCountPercentile": Acts,
			"Tags": Kept, "Tags.Key": Kept, "Tags.Value": Kept,
			// What is below a refused member is refused with it.
			"Metrics": Refused, "ThresholdMetricId": Refused, "EvaluationCriteria": Refused, "EvaluationInterval": Refused,
			"EvaluationWindow": Refused, "WarmUpConfiguration": Refused, "ActionConfiguration": Refused,
		})
}

// alarmSent is what the operation and a back-test make of an alarm that was sent.
func alarmSent(r *cloudwatch.PutMetricAlarmInput) *alarms.Put {
	return &alarms.Put{
		Name: text(r.AlarmName), Description: r.AlarmDescription, ActionsEnabled: r.ActionsEnabled,
		OKActions: r.OKActions, AlarmActions: r.AlarmActions, InsufficientDataActions: r.InsufficientDataActions,
		Namespace: text(r.Namespace), MetricName: text(r.MetricName), Dimensions: dimensions(r.Dimensions),
		Statistic: string(r.Statistic), ExtendedStatistic: text(r.ExtendedStatistic), Unit: string(r.Unit),
		Period: number(r.Period), EvaluationPeriods: number(r.EvaluationPeriods), DatapointsToAlarm: number(r.DatapointsToAlarm),
		Threshold: r.Threshold, Comparison: string(r.ComparisonOperator),
		TreatMissingData: text(r.TreatMissingData), LowSamples: text(r.EvaluateLowSampleCountPercentile),
		Tags: alarmTags(r.Tags),
	}
}
