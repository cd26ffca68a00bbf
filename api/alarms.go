package api

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/alarms"
	"skywatch/internal/fault"
	"skywatch/metric"
)

func alarmOperations(a *alarms.Service) []offered {
	return []offered{
		putMetricAlarm(a), describeAlarms(a), describeAlarmsForMetric(a), describeAlarmHistory(a),
		setAlarmState(a), enableAlarmActions(a), disableAlarmActions(a), deleteAlarms(a),
	}
}

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

func setAlarmState(a *alarms.Service) offered {
	return offer("SetAlarmState",
		func(ctx context.Context, c *Call, r *cloudwatch.SetAlarmStateInput) (*cloudwatch.SetAlarmStateOutput, error) {
			return nil, a.SetState(ctx, alarms.Key{Tenant: c.Tenant, Name: text(r.AlarmName)},
				alarms.State(r.StateValue), text(r.StateReason), text(r.StateReasonData), c.Now)
		},
		"conformance: TestSetAlarmState", Fields{"AlarmName": Acts, "StateValue": Acts, "StateReason": Acts, "StateReasonData": Acts})
}

func enableAlarmActions(a *alarms.Service) offered {
	return offer("EnableAlarmActions",
		func(ctx context.Context, c *Call, r *cloudwatch.EnableAlarmActionsInput) (*cloudwatch.EnableAlarmActionsOutput, error) {
			return nil, a.SetActionsEnabled(ctx, c.Tenant, r.AlarmNames, true, c.Now)
		},
		"conformance: TestAlarmActionsEnabled", Fields{"AlarmNames": Acts})
}

func disableAlarmActions(a *alarms.Service) offered {
	return offer("DisableAlarmActions",
		func(ctx context.Context, c *Call, r *cloudwatch.DisableAlarmActionsInput) (*cloudwatch.DisableAlarmActionsOutput, error) {
			return nil, a.SetActionsEnabled(ctx, c.Tenant, r.AlarmNames, false, c.Now)
		},
		"conformance: TestAlarmActionsEnabled", Fields{"AlarmNames": Acts})
}

func deleteAlarms(a *alarms.Service) offered {
	return offer("DeleteAlarms",
		func(ctx context.Context, c *Call, r *cloudwatch.DeleteAlarmsInput) (*cloudwatch.DeleteAlarmsOutput, error) {
			return nil, a.Delete(ctx, c.Tenant, r.AlarmNames, c.Now)
		},
		"conformance: TestDeleteAlarms", Fields{"AlarmNames": Acts})
}

// metricAlarms reports whether a request with these alarm types, or with none,
// means alarms on metrics: the only ones that exist so far.
func metricAlarms(kinds []types.AlarmType) bool {
	return len(kinds) == 0 || slices.Contains(kinds, types.AlarmTypeMetricAlarm)
}

func describeAlarms(a *alarms.Service) offered {
	return offer("DescribeAlarms",
		func(_ context.Context, c *Call, r *cloudwatch.DescribeAlarmsInput) (*cloudwatch.DescribeAlarmsOutput, error) {
			// All lists are there, also where they are empty (cloudwatch.md 17).
			out := &cloudwatch.DescribeAlarmsOutput{
				MetricAlarms: []types.MetricAlarm{}, CompositeAlarms: []types.CompositeAlarm{}, LogAlarms: []types.LogAlarm{},
			}
			if text(r.ChildrenOfAlarmName) != "" || text(r.ParentsOfAlarmName) != "" {
				return out, checkRelatives(r)
			}
			if !metricAlarms(r.AlarmTypes) {
				return out, nil
			}
			page, next, err := a.Describe(c.Tenant, alarms.Description{
				Names: r.AlarmNames, Prefix: text(r.AlarmNamePrefix), State: alarms.State(r.StateValue),
				ActionPrefix: text(r.ActionPrefix), Max: number(r.MaxRecords), Token: text(r.NextToken),
			})
			if err != nil {
				return nil, err
			}
			out.MetricAlarms, out.NextToken = wireAlarms(page), optional(next)
			return out, nil
		},
		"conformance: TestDescribeAlarms", Fields{
			"AlarmNames": Acts, "AlarmNamePrefix": Acts, "AlarmTypes": Acts, "StateValue": Acts, "ActionPrefix": Acts,
			"ChildrenOfAlarmName": Acts, "ParentsOfAlarmName": Acts, "MaxRecords": Acts, "NextToken": Acts,
		})
}

// checkRelatives holds the rule that asking for an alarm's children or parents
// excludes every other filter. As there are no composite alarms, no alarm has
// any.
func checkRelatives(r *cloudwatch.DescribeAlarmsInput) error {
	children, parents := text(r.ChildrenOfAlarmName) != "", text(r.ParentsOfAlarmName) != ""
	if children && parents || len(r.AlarmNames) > 0 || text(r.AlarmNamePrefix) != "" || len(r.AlarmTypes) > 0 ||
		r.StateValue != "" || text(r.ActionPrefix) != "" {
		// Wording (inferred).
		return fault.New(fault.Validation, "ChildrenOfAlarmName and ParentsOfAlarmName may not be given together with other filters")
	}
	return nil
}

func describeAlarmsForMetric(a *alarms.Service) offered {
	return offer("DescribeAlarmsForMetric",
		func(_ context.Context, c *Call, r *cloudwatch.DescribeAlarmsForMetricInput) (*cloudwatch.DescribeAlarmsForMetricOutput, error) {
			found, err := a.DescribeForMetric(alarms.Watching{
				Metric: metric.ID{
					Tenant: c.Tenant, Namespace: text(r.Namespace), Name: text(r.MetricName),
					Dimensions: dimensions(r.Dimensions),
				},
				Statistic: string(r.Statistic), ExtendedStatistic: text(r.ExtendedStatistic),
				Period: metric.Period(number(r.Period)), Unit: string(r.Unit),
			})
			if err != nil {
				return nil, err
			}
			return &cloudwatch.DescribeAlarmsForMetricOutput{MetricAlarms: wireAlarms(found)}, nil
		},
		"conformance: TestDescribeAlarmsForMetric", Fields{
			"MetricName": Acts, "Namespace": Acts, "Statistic": Acts, "ExtendedStatistic": Acts,
			"Dimensions": Acts, "Dimensions.Name": Acts, "Dimensions.Value": Acts, "Period": Acts, "Unit": Acts,
		})
}
