package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/alarms"
)

func describeAlarmHistory(a *alarms.Service) offered {
	return offer("DescribeAlarmHistory",
		func(_ context.Context, c *Call, r *cloudwatch.DescribeAlarmHistoryInput) (*cloudwatch.DescribeAlarmHistoryOutput, error) {
			out := &cloudwatch.DescribeAlarmHistoryOutput{AlarmHistoryItems: []types.AlarmHistoryItem{}}
			kinds, ok := alarmTypes(r.AlarmTypes)
			if !ok {
				return out, nil
			}
			items, next, err := a.History(c.Tenant, alarms.HistoryQuery{
				AlarmName: text(r.AlarmName), Types: kinds, Contributor: text(r.AlarmContributorId), Type: alarms.HistoryType(r.HistoryItemType),
				Start: instant(r.StartDate), End: instant(r.EndDate),
				Ascending: r.ScanBy == types.ScanByTimestampAscending, Max: number(r.MaxRecords), Token: text(r.NextToken),
			})
			if err != nil {
				return nil, err
			}
			for _, it := range items {
				out.AlarmHistoryItems = append(out.AlarmHistoryItems, wireHistory(&it))
			}
			out.NextToken = optional(next)
			return out, nil
		},
		"conformance: TestDescribeAlarmHistory", Fields{
			"AlarmName": Acts, "AlarmContributorId": Acts, "AlarmTypes": Acts, "HistoryItemType": Acts,
			"StartDate": Acts, "EndDate": Acts, "MaxRecords": Acts, "NextToken": Acts, "ScanBy": Acts,
		})
}

func wireHistory(it *alarms.HistoryItem) types.AlarmHistoryItem {
	kind := types.AlarmTypeMetricAlarm
	if it.Composite {
		kind = types.AlarmTypeCompositeAlarm
	}
	return types.AlarmHistoryItem{
		AlarmName: &it.AlarmName, AlarmType: kind, Timestamp: new(it.At.Time()),
		HistoryItemType: types.HistoryItemType(it.Type), HistorySummary: &it.Summary, HistoryData: &it.Data,
		AlarmContributorId: optional(it.ContributorID), AlarmContributorAttributes: it.Attributes,
	}
}
