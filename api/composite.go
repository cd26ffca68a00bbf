package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/alarms"
	"skywatch/internal/fault"
)

func putCompositeAlarm(a *alarms.Service) offered {
	return offer("PutCompositeAlarm",
		func(ctx context.Context, c *Call, r *cloudwatch.PutCompositeAlarmInput) (*cloudwatch.PutCompositeAlarmOutput, error) {
			return nil, a.PutComposite(ctx, c.Tenant, &alarms.PutComposite{
				Name: text(r.AlarmName), Description: r.AlarmDescription, ActionsEnabled: r.ActionsEnabled,
				OKActions: r.OKActions, AlarmActions: r.AlarmActions, InsufficientDataActions: r.InsufficientDataActions,
				Composite: alarms.Composite{
					Rule: text(r.AlarmRule), Suppressor: text(r.ActionsSuppressor),
					Wait: seconds(r.ActionsSuppressorWaitPeriod), Extension: seconds(r.ActionsSuppressorExtensionPeriod),
				},
				TagPropagation: tagPropagation(r.ActionConfiguration), Tags: alarmTags(r.Tags),
			}, c.Now)
		},
		"conformance: TestPutCompositeAlarm", Fields{
			"AlarmName": Acts, "AlarmDescription": Kept, "ActionsEnabled": Acts, "AlarmRule": Acts,
			"OKActions": Acts, "AlarmActions": Acts, "InsufficientDataActions": Acts,
			"ActionsSuppressor": Acts, "ActionsSuppressorWaitPeriod": Acts, "ActionsSuppressorExtensionPeriod": Acts,
			"Tags": Kept, "Tags.Key": Kept, "Tags.Value": Kept,
			"ActionConfiguration": Acts, "ActionConfiguration.AlarmTagsPropagation": Acts, "ActionConfiguration.AlarmTagsPropagation.Enabled": Acts,
			"ActionConfiguration.AlarmTagsPropagation.IncludedTagKeys": Acts, "ActionConfiguration.AlarmTagsPropagation.ExcludedTagKeys": Acts,
		})
}

// seconds returns an optional number of them.
func seconds(n *int32) *int {
	if n == nil {
		return nil
	}
	return new(int(*n))
}

// wireComposite shows a composite alarm: what the client left out stays absent,
// while the lists of actions are always there (cloudwatch.md 17).
func wireComposite(a *alarms.Alarm) types.CompositeAlarm {
	return types.CompositeAlarm{
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
		ActionConfiguration:                wirePropagation(a.TagPropagation),
		AlarmRule:                          &a.Composite.Rule,
		ActionsSuppressor:                  optional(a.Composite.Suppressor),
		ActionsSuppressorWaitPeriod:        shown(a.Composite.Wait),
		ActionsSuppressorExtensionPeriod:   shown(a.Composite.Extension),
		ActionsSuppressedBy:                types.ActionsSuppressedBy(a.SuppressedBy),
		ActionsSuppressedReason:            optional(a.SuppressedReason),
	}
}

// shown returns an optional number of seconds as the wire has it.
func shown(n *int) *int32 {
	if n == nil {
		return nil
	}
	return new(int32(*n))
}

// show puts alarms into the lists of their kinds.
func show(out *cloudwatch.DescribeAlarmsOutput, page []*alarms.Alarm) {
	for _, a := range page {
		if a.Kind() == alarms.OnChildren {
			out.CompositeAlarms = append(out.CompositeAlarms, wireComposite(a))
			continue
		}
		out.MetricAlarms = append(out.MetricAlarms, wireAlarm(a))
	}
}

// describeRelatives answers who an alarm's children or parents are: of children
// name, ARN and state, of parents name and ARN (API model of DescribeAlarms).
func describeRelatives(a *alarms.Service, c *Call, r *cloudwatch.DescribeAlarmsInput, out *cloudwatch.DescribeAlarmsOutput) error {
	q := alarms.Relatives{Of: text(r.ChildrenOfAlarmName), Max: number(r.MaxRecords), Token: text(r.NextToken)}
	if err := checkRelatives(r); err != nil {
		return err
	}
	if q.Of == "" {
		q.Of, q.Parents = text(r.ParentsOfAlarmName), true
	}
	page, next, err := a.Relatives(c.Tenant, q)
	for _, of := range page {
		var state types.StateValue
		at := new(of.Updated.Time())
		if state = types.StateValue(of.Value); q.Parents {
			state, at = "", nil
		}
		if of.Kind() == alarms.OnChildren {
			out.CompositeAlarms = append(out.CompositeAlarms, types.CompositeAlarm{
				AlarmName: &of.Name, AlarmArn: new(of.ARN()), StateValue: state, StateUpdatedTimestamp: at,
			})
			continue
		}
		out.MetricAlarms = append(out.MetricAlarms, types.MetricAlarm{
			AlarmName: &of.Name, AlarmArn: new(of.ARN()), StateValue: state, StateUpdatedTimestamp: at,
		})
	}
	out.NextToken = optional(next)
	return err
}

// checkRelatives holds the rule that asking for an alarm's children or parents
// excludes every other filter.
func checkRelatives(r *cloudwatch.DescribeAlarmsInput) error {
	children, parents := text(r.ChildrenOfAlarmName) != "", text(r.ParentsOfAlarmName) != ""
	if children && parents || len(r.AlarmNames) > 0 || text(r.AlarmNamePrefix) != "" || len(r.AlarmTypes) > 0 ||
		r.StateValue != "" || text(r.ActionPrefix) != "" {
		// Wording (inferred).
		return fault.New(fault.Validation, "ChildrenOfAlarmName and ParentsOfAlarmName may not be given together with other filters")
	}
	return nil
}
