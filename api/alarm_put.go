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
			"Tags": Acts, "Tags.Key": Acts, "Tags.Value": Acts,
			"Metrics": Acts, "Metrics.Id": Acts, "Metrics.Expression": Acts, "Metrics.Label": Kept, "Metrics.ReturnData": Acts,
			"Metrics.Period": Acts, "Metrics.AccountId": Kept, "Metrics.MetricStat": Acts, "Metrics.MetricStat.Period": Acts,
			"Metrics.MetricStat.Stat": Acts, "Metrics.MetricStat.Unit": Acts, "Metrics.MetricStat.Metric": Acts,
			"Metrics.MetricStat.Metric.Namespace": Acts, "Metrics.MetricStat.Metric.MetricName": Acts, "Metrics.MetricStat.Metric.Dimensions": Acts,
			"Metrics.MetricStat.Metric.Dimensions.Name": Acts, "Metrics.MetricStat.Metric.Dimensions.Value": Acts,
			"EvaluationCriteria": Acts, "EvaluationCriteria.PromQLCriteria": Acts, "EvaluationCriteria.PromQLCriteria.Query": Acts,
			"EvaluationCriteria.PromQLCriteria.PendingPeriod": Acts, "EvaluationCriteria.PromQLCriteria.RecoveryPeriod": Acts,
			"EvaluationInterval": Acts,
			"EvaluationWindow":   Acts, "EvaluationWindow.SlidingWindow": Acts, "EvaluationWindow.WallClockWindow": Acts, "EvaluationWindow.WallClockWindow.Timezone": Acts,
			"WarmUpConfiguration": Acts, "WarmUpConfiguration.WarmUpPeriodDurationInMinutes": Acts, "WarmUpConfiguration.OnlyStartEvaluatingAfterWarmUpPeriodEnds": Acts,
			"ActionConfiguration": Acts, "ActionConfiguration.AlarmTagsPropagation": Acts, "ActionConfiguration.AlarmTagsPropagation.Enabled": Acts,
			"ActionConfiguration.AlarmTagsPropagation.IncludedTagKeys": Acts, "ActionConfiguration.AlarmTagsPropagation.ExcludedTagKeys": Acts,
			// That of an anomaly detection band: there is no model of one yet.
			"ThresholdMetricId": Refused,
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
		Queries: alarmQueries(r.Metrics), PromQL: alarmPromQL(r.EvaluationCriteria), EvaluationInterval: number(r.EvaluationInterval),
		EvaluationWindow: alarmWindow(r.EvaluationWindow),
		WarmUp:           alarmWarmUp(r.WarmUpConfiguration), TagPropagation: tagPropagation(r.ActionConfiguration),
		Tags: alarmTags(r.Tags),
	}
}
