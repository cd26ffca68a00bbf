package api

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/alarms"
	"skywatch/metric"
)

// alarmTypes are the types of alarms that a request asks for; ok is false if
// there are no alarms of any of them.
func alarmTypes(kinds []types.AlarmType) (t alarms.Types, ok bool) {
	t.Metric = slices.Contains(kinds, types.AlarmTypeMetricAlarm)
	t.Composite = slices.Contains(kinds, types.AlarmTypeCompositeAlarm)
	return t, len(kinds) == 0 || t.Metric || t.Composite
}

func describeAlarms(a *alarms.Service) offered {
	return offer("DescribeAlarms",
		func(_ context.Context, c *Call, r *cloudwatch.DescribeAlarmsInput) (*cloudwatch.DescribeAlarmsOutput, error) {
			// All lists are there, also where they are empty (cloudwatch.md 17).
			out := &cloudwatch.DescribeAlarmsOutput{
				MetricAlarms: []types.MetricAlarm{}, CompositeAlarms: []types.CompositeAlarm{}, LogAlarms: []types.LogAlarm{},
			}
			if text(r.ChildrenOfAlarmName) != "" || text(r.ParentsOfAlarmName) != "" {
				return out, describeRelatives(a, c, r, out)
			}
			kinds, ok := alarmTypes(r.AlarmTypes)
			if !ok {
				return out, nil
			}
			page, next, err := a.Describe(c.Tenant, alarms.Description{
				Names: r.AlarmNames, Types: kinds, Prefix: text(r.AlarmNamePrefix), State: alarms.State(r.StateValue),
				ActionPrefix: text(r.ActionPrefix), Max: number(r.MaxRecords), Token: text(r.NextToken),
			})
			if err != nil {
				return nil, err
			}
			show(out, page)
			out.NextToken = optional(next)
			return out, nil
		},
		"conformance: TestDescribeAlarms", Fields{
			"AlarmNames": Acts, "AlarmNamePrefix": Acts, "AlarmTypes": Acts, "StateValue": Acts, "ActionPrefix": Acts,
			"ChildrenOfAlarmName": Acts, "ParentsOfAlarmName": Acts, "MaxRecords": Acts, "NextToken": Acts,
		})
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
