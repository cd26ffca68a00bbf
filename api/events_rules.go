package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"skywatch/rules"
)

func (a eventsAPI) ruleOperations() []offered {
	return []offered{
		offer("PutRule", a.putRule, "conformance: TestEventRules", Fields{
			"Name": Acts, "EventPattern": Acts, "ScheduleExpression": Acts, "State": Acts, "Description": Kept, "RoleArn": Kept,
			"Tags": Kept, "Tags.Key": Kept, "Tags.Value": Kept, "EventBusName": Acts,
		}),
		offer("DescribeRule", a.describeRule, "conformance: TestEventRules", Fields{"Name": Acts, "EventBusName": Acts}),
		offer("ListRules", a.listRules, "conformance: TestEventRules", Fields{"NamePrefix": Acts, "EventBusName": Acts, "NextToken": Acts, "Limit": Acts}),
		offer("ListRuleNamesByTarget", a.listRulesByTarget, "conformance: TestEventRules", Fields{
			"TargetArn": Acts, "EventBusName": Acts, "NextToken": Acts, "Limit": Acts,
		}),
		offer("EnableRule", a.enableRule, "conformance: TestEventRules", Fields{"Name": Acts, "EventBusName": Acts}),
		offer("DisableRule", a.disableRule, "conformance: TestEventRules", Fields{"Name": Acts, "EventBusName": Acts}),
		offer("DeleteRule", a.deleteRule, "conformance: TestEventRules", Fields{"Name": Acts, "EventBusName": Acts, "Force": Acts}),
	}
}

func ruleAt(c *Call, bus, rule *string) (rules.RuleName, error) {
	n, err := busAt(c, bus)
	return rules.RuleName{BusName: n, Rule: text(rule)}, err
}

func (a eventsAPI) putRule(ctx context.Context, c *Call, in *eventbridge.PutRuleInput) (*eventbridge.PutRuleOutput, error) {
	n, err := ruleAt(c, in.EventBusName, in.Name)
	if err != nil {
		return nil, err
	}
	err = a.r.PutRule(ctx, rules.Rule{
		RuleName: n, Pattern: text(in.EventPattern), Schedule: text(in.ScheduleExpression), State: rules.State(in.State),
		Description: text(in.Description), RoleARN: text(in.RoleArn), Tags: eventTags(in.Tags),
	})
	if err != nil {
		return nil, err
	}
	return &eventbridge.PutRuleOutput{RuleArn: new(n.ARN())}, nil
}

func (a eventsAPI) describeRule(_ context.Context, c *Call, in *eventbridge.DescribeRuleInput) (*eventbridge.DescribeRuleOutput, error) {
	n, err := ruleAt(c, in.EventBusName, in.Name)
	if err != nil {
		return nil, err
	}
	r, err := a.r.Rule(n)
	if err != nil {
		return nil, err
	}
	return &eventbridge.DescribeRuleOutput{
		Name: &n.Rule, Arn: new(n.ARN()), EventBusName: &n.Bus, CreatedBy: &n.Account,
		EventPattern: optional(r.Pattern), ScheduleExpression: optional(r.Schedule), State: types.RuleState(r.State),
		Description: optional(r.Description), RoleArn: optional(r.RoleARN), ManagedBy: optional(r.ManagedBy),
	}, nil
}

func (a eventsAPI) listRules(_ context.Context, c *Call, in *eventbridge.ListRulesInput) (*eventbridge.ListRulesOutput, error) {
	page, next, err := a.list(c, in.EventBusName, in.NextToken, in.Limit, rules.Listing{Prefix: text(in.NamePrefix)})
	if err != nil {
		return nil, err
	}
	out := &eventbridge.ListRulesOutput{Rules: []types.Rule{}, NextToken: next}
	for _, r := range page {
		out.Rules = append(out.Rules, types.Rule{
			Name: &r.Rule, Arn: new(r.ARN()), EventBusName: &r.Bus,
			EventPattern: optional(r.Pattern), ScheduleExpression: optional(r.Schedule), State: types.RuleState(r.State),
			Description: optional(r.Description), RoleArn: optional(r.RoleARN), ManagedBy: optional(r.ManagedBy),
		})
	}
	return out, nil
}

func (a eventsAPI) listRulesByTarget(_ context.Context, c *Call, in *eventbridge.ListRuleNamesByTargetInput) (*eventbridge.ListRuleNamesByTargetOutput, error) {
	page, next, err := a.list(c, in.EventBusName, in.NextToken, in.Limit, rules.Listing{Target: text(in.TargetArn)})
	if err != nil {
		return nil, err
	}
	out := &eventbridge.ListRuleNamesByTargetOutput{RuleNames: []string{}, NextToken: next}
	for _, r := range page {
		out.RuleNames = append(out.RuleNames, r.Rule)
	}
	return out, nil
}

// list reads one page of a listing of rules, and the token of the next.
func (a eventsAPI) list(c *Call, bus, token *string, limit *int32, l rules.Listing) ([]rules.Rule, *string, error) {
	n, err := busAt(c, bus)
	if err != nil {
		return nil, nil, err
	}
	l.BusName, l.Limit = n, listLimit(limit)
	if l.After, err = listAfter(token, "event-rule"); err != nil {
		return nil, nil, err
	}
	page, more, err := a.r.Rules(l)
	if err != nil || !more {
		return page, nil, err
	}
	return page, writeToken("event-rule", page[len(page)-1].Rule), nil
}

func (a eventsAPI) enableRule(ctx context.Context, c *Call, in *eventbridge.EnableRuleInput) (*eventbridge.EnableRuleOutput, error) {
	n, err := ruleAt(c, in.EventBusName, in.Name)
	if err != nil {
		return nil, err
	}
	return nil, a.r.SetState(ctx, n, rules.Enabled)
}

func (a eventsAPI) disableRule(ctx context.Context, c *Call, in *eventbridge.DisableRuleInput) (*eventbridge.DisableRuleOutput, error) {
	n, err := ruleAt(c, in.EventBusName, in.Name)
	if err != nil {
		return nil, err
	}
	return nil, a.r.SetState(ctx, n, rules.Disabled)
}

func (a eventsAPI) deleteRule(ctx context.Context, c *Call, in *eventbridge.DeleteRuleInput) (*eventbridge.DeleteRuleOutput, error) {
	n, err := ruleAt(c, in.EventBusName, in.Name)
	if err != nil {
		return nil, err
	}
	return nil, a.r.DeleteRule(ctx, n, in.Force)
}
