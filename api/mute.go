package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/alarms"
	"skywatch/alarms/mute"
	"skywatch/internal/fault"
)

func muteOperations(a *alarms.Service) []offered {
	return []offered{putAlarmMuteRule(a), getAlarmMuteRule(a), listAlarmMuteRules(a), deleteAlarmMuteRule(a)}
}

func putAlarmMuteRule(a *alarms.Service) offered {
	return offer("PutAlarmMuteRule",
		func(ctx context.Context, c *Call, r *cloudwatch.PutAlarmMuteRuleInput) (*cloudwatch.PutAlarmMuteRuleOutput, error) {
			d := alarms.MuteDefinition{Description: r.Description}
			if r.Rule != nil && r.Rule.Schedule != nil {
				s := r.Rule.Schedule
				d.Schedule = mute.Definition{Expression: text(s.Expression), Duration: text(s.Duration), Timezone: text(s.Timezone)}
			}
			d.Schedule.Start, d.Schedule.Expire = moment(r.StartDate), moment(r.ExpireDate)
			if t := r.MuteTargets; t != nil {
				if len(t.AlarmNames) == 0 { // wording (inferred)
					return nil, fault.New(fault.Missing, "The parameter MuteTargets.AlarmNames is required.").On("MuteTargets.AlarmNames")
				}
				d.Targets = t.AlarmNames
			}
			return nil, a.PutMuteRule(ctx, muteKey(c, r.Name), d, alarmTags(r.Tags), c.Now)
		},
		"conformance: TestMuteRule", Fields{
			"Name": Acts, "Description": Kept, "StartDate": Acts, "ExpireDate": Acts,
			"Rule": Acts, "Rule.Schedule": Acts, "Rule.Schedule.Expression": Acts, "Rule.Schedule.Duration": Acts, "Rule.Schedule.Timezone": Acts,
			"MuteTargets": Acts, "MuteTargets.AlarmNames": Acts, "Tags": Kept, "Tags.Key": Kept, "Tags.Value": Kept,
		})
}

func getAlarmMuteRule(a *alarms.Service) offered {
	return offer("GetAlarmMuteRule",
		func(_ context.Context, c *Call, r *cloudwatch.GetAlarmMuteRuleInput) (*cloudwatch.GetAlarmMuteRuleOutput, error) {
			rule, err := a.MuteRule(muteKey(c, r.AlarmMuteRuleName), c.Now)
			if err != nil {
				return nil, err
			}
			out := &cloudwatch.GetAlarmMuteRuleOutput{
				Name: &rule.Name, AlarmMuteRuleArn: new(rule.ARN()), Description: rule.Description,
				StartDate: unlessZero(rule.Schedule.Start), ExpireDate: unlessZero(rule.Schedule.Expire),
				Status: types.AlarmMuteRuleStatus(rule.Status), MuteType: new(string(rule.Type)),
				LastUpdatedTimestamp: new(rule.Updated.Time()),
				Rule: &types.Rule{Schedule: &types.Schedule{
					Expression: &rule.Schedule.Expression, Duration: &rule.Schedule.Duration, Timezone: optional(rule.Schedule.Timezone),
				}},
			}
			if len(rule.Targets) > 0 {
				out.MuteTargets = &types.MuteTargets{AlarmNames: rule.Targets}
			}
			return out, nil
		},
		"conformance: TestMuteRule", Fields{"AlarmMuteRuleName": Acts})
}

func listAlarmMuteRules(a *alarms.Service) offered {
	return offer("ListAlarmMuteRules",
		func(_ context.Context, c *Call, r *cloudwatch.ListAlarmMuteRulesInput) (*cloudwatch.ListAlarmMuteRulesOutput, error) {
			q := alarms.MuteListing{AlarmName: text(r.AlarmName), Max: number(r.MaxRecords), Token: text(r.NextToken)}
			for _, s := range r.Statuses {
				q.Statuses = append(q.Statuses, mute.Status(s))
			}
			page, next, err := a.MuteRules(c.Tenant, q, c.Now)
			if err != nil {
				return nil, err
			}
			out := &cloudwatch.ListAlarmMuteRulesOutput{AlarmMuteRuleSummaries: make([]types.AlarmMuteRuleSummary, len(page)), NextToken: optional(next)}
			for i, rule := range page {
				out.AlarmMuteRuleSummaries[i] = types.AlarmMuteRuleSummary{
					AlarmMuteRuleArn: new(rule.ARN()), ExpireDate: unlessZero(rule.Schedule.Expire),
					Status: types.AlarmMuteRuleStatus(rule.Status), MuteType: new(string(rule.Type)), LastUpdatedTimestamp: new(rule.Updated.Time()),
				}
			}
			return out, nil
		},
		"conformance: TestListMuteRules", Fields{"AlarmName": Acts, "Statuses": Acts, "MaxRecords": Acts, "NextToken": Acts})
}

func deleteAlarmMuteRule(a *alarms.Service) offered {
	return offer("DeleteAlarmMuteRule",
		func(ctx context.Context, c *Call, r *cloudwatch.DeleteAlarmMuteRuleInput) (*cloudwatch.DeleteAlarmMuteRuleOutput, error) {
			return nil, a.DeleteMuteRule(ctx, muteKey(c, r.AlarmMuteRuleName), c.Now)
		},
		"conformance: TestMuteRule", Fields{"AlarmMuteRuleName": Acts})
}

func muteKey(c *Call, name *string) alarms.MuteKey {
	return alarms.MuteKey{Tenant: c.Tenant, Name: text(name)}
}
