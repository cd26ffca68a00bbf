package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"

	"skywatch/alarms"
)

func alarmOperations(a *alarms.Service) []offered {
	return []offered{
		putMetricAlarm(a), putCompositeAlarm(a), describeAlarms(a), describeAlarmsForMetric(a), describeAlarmHistory(a), describeAlarmContributors(a),
		setAlarmState(a), enableAlarmActions(a), disableAlarmActions(a), deleteAlarms(a),
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
