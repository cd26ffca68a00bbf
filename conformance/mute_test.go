package conformance_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	gocmp "github.com/google/go-cmp/cmp"
)

// nightly is a rule that mutes an alarm every night.
func nightly(name string, change func(*cloudwatch.PutAlarmMuteRuleInput)) *cloudwatch.PutAlarmMuteRuleInput {
	in := &cloudwatch.PutAlarmMuteRuleInput{
		Name: &name,
		Rule: &types.Rule{Schedule: &types.Schedule{Expression: aws.String("cron(0 2 * * *)"), Duration: aws.String("PT1H")}},
	}
	if change != nil {
		change(in)
	}
	return in
}

func muteARN(region, name string) string {
	return "arn:aws:cloudwatch:" + region + ":" + account + ":alarm-mute-rule:" + name
}

// TestMuteRule holds that a mute rule comes back as it was sent, is replaced
// completely, and can be deleted twice.
func TestMuteRule(t *testing.T) {
	t.Parallel()
	server := start(t)
	eachDialect(t, server, func(t *testing.T, c *caller) {
		c.must(t, minimal("cpu", nil))
		c.run(t, muteRefusals()...)
		start, end := time.Date(2199, 12, 1, 10, 0, 0, 0, time.UTC), time.Date(2199, 12, 31, 10, 0, 0, 0, time.UTC)
		whole := nightly("weekend: in/winter", func(in *cloudwatch.PutAlarmMuteRuleInput) {
			in.Description, in.StartDate, in.ExpireDate = aws.String("über <all>"), &start, &end
			in.Rule.Schedule = &types.Schedule{Expression: aws.String("cron(0 18 * DEC,JAN FRI)"), Duration: aws.String("P2DT12H"), Timezone: aws.String("Europe/Berlin")}
			in.MuteTargets = &types.MuteTargets{AlarmNames: []string{"cpu"}}
		})
		c.run(t, row{name: "whole", in: whole, want: &cloudwatch.PutAlarmMuteRuleOutput{}})
		checkMuteRule(t, c, &cloudwatch.GetAlarmMuteRuleOutput{
			Name: whole.Name, AlarmMuteRuleArn: aws.String(muteARN(c.region, *whole.Name)), Description: whole.Description,
			Rule: whole.Rule, MuteTargets: whole.MuteTargets, StartDate: &start, ExpireDate: &end,
			Status: types.AlarmMuteRuleStatusScheduled, MuteType: aws.String("RECURRING"),
		})
		c.run(t, row{name: "another definition", in: nightly(*whole.Name, nil), want: &cloudwatch.PutAlarmMuteRuleOutput{}})
		checkMuteRule(t, c, &cloudwatch.GetAlarmMuteRuleOutput{
			Name: whole.Name, AlarmMuteRuleArn: aws.String(muteARN(c.region, *whole.Name)), Rule: nightly("", nil).Rule,
			Status: types.AlarmMuteRuleStatusScheduled, MuteType: aws.String("RECURRING"),
		})
		gone := &cloudwatch.DeleteAlarmMuteRuleInput{AlarmMuteRuleName: whole.Name}
		c.run(t,
			row{name: "delete", in: gone, want: &cloudwatch.DeleteAlarmMuteRuleOutput{}},
			row{name: "delete again", in: gone, want: &cloudwatch.DeleteAlarmMuteRuleOutput{}},
			row{name: "get", in: &cloudwatch.GetAlarmMuteRuleInput{AlarmMuteRuleName: whole.Name}, refused: modelled("ResourceNotFoundException", 404, "").matching(".")},
		)
	})
}

// checkMuteRule compares a rule but for its time, and waits for it as the SDK
// does.
func checkMuteRule(t *testing.T, c *caller, want *cloudwatch.GetAlarmMuteRuleOutput) {
	t.Helper()
	in := &cloudwatch.GetAlarmMuteRuleInput{AlarmMuteRuleName: want.Name}
	if err := cloudwatch.NewAlarmMuteRuleExistsWaiter(c.client).Wait(t.Context(), in, 5*time.Second); err != nil {
		t.Error(err)
	}
	got := *c.must(t, in).(*cloudwatch.GetAlarmMuteRuleOutput)
	if at := got.LastUpdatedTimestamp; at == nil || time.Since(*at).Abs() > time.Minute {
		t.Errorf("it was updated at %v", at)
	}
	got.LastUpdatedTimestamp = nil
	if diff := gocmp.Diff(want, &got, sdkStructs); diff != "" {
		t.Errorf("rule (-want +got):\n%s", diff)
	}
}

func muteRefusals() []row {
	type in = *cloudwatch.PutAlarmMuteRuleInput
	refuse := func(change func(in), r *refusal) row { return row{in: nightly("refused", change), refused: r} }
	long := func(n int) *string { return aws.String(fmt.Sprintf("%0*d", n, 0)) }
	return named(map[string]row{
		"no name":        refuse(func(p in) { p.Name = nil }, missing("").matching("Name").either(constraint("name"))),
		"long name":      refuse(func(p in) { p.Name = long(256) }, constraint("'name' failed to satisfy constraint: Member must have length less than or equal to 255$")),
		"control in it":  refuse(func(p in) { p.Name = aws.String("a\x07") }, validation("").matching("ASCII Control characters$")),
		"description":    refuse(func(p in) { p.Description = long(1025) }, constraint("'description' failed to satisfy constraint: Member must have length less than or equal to 1024$")),
		"no rule":        refuse(func(p in) { p.Rule = nil }, missing("").matching("Rule").either(constraint("rule"))),
		"no schedule":    refuse(func(p in) { p.Rule.Schedule = nil }, missing("").matching("Rule").either(constraint("rule"))),
		"no expression":  refuse(func(p in) { p.Rule.Schedule.Expression = nil }, missing("").matching("Expression").either(constraint("rule.schedule.expression"))),
		"six fields":     refuse(func(p in) { p.Rule.Schedule.Expression = aws.String("cron(0 2 * * ? *)") }, validation("").matching("Expression")),
		"a rate":         refuse(func(p in) { p.Rule.Schedule.Expression = aws.String("rate(1 day)") }, validation("").matching("Expression")),
		"no duration":    refuse(func(p in) { p.Rule.Schedule.Duration = nil }, missing("").matching("Duration").either(constraint("rule.schedule.duration"))),
		"short duration": refuse(func(p in) { p.Rule.Schedule.Duration = aws.String("PT59S") }, validation("").matching("Duration")),
		"long duration":  refuse(func(p in) { p.Rule.Schedule.Duration = aws.String("P15DT1M") }, validation("").matching("Duration")),
		"not ISO 8601":   refuse(func(p in) { p.Rule.Schedule.Duration = aws.String("1h") }, validation("").matching("Duration")),
		"time zone":      refuse(func(p in) { p.Rule.Schedule.Timezone = aws.String("Mars/Olympus") }, validation("").matching("time zone")),
		"unknown alarm":  refuse(func(p in) { p.MuteTargets = &types.MuteTargets{AlarmNames: []string{"cpu", "nobody"}} }, validation("").matching("nobody$")),
		"101 alarms": refuse(func(p in) { p.MuteTargets = &types.MuteTargets{AlarmNames: make([]string, 101)} },
			constraint("'muteTargets.alarmNames' failed to satisfy constraint: Member must have length less than or equal to 100")),
		"expires before it starts": refuse(func(p in) {
			p.StartDate, p.ExpireDate = aws.Time(time.Unix(4e9, 0)), aws.Time(time.Unix(3e9, 0))
		}, validation("").matching("ExpireDate")),
		"tag of aws": refuse(func(p in) { p.Tags = []types.Tag{{Key: aws.String("aws:x"), Value: aws.String("")}} }, &refusal{code: "AccessDenied", shape: coral + "AccessDeniedException", status: 403, like: "."}),
	})
}

// TestListMuteRules lists by pages, by alarm and by status.
func TestListMuteRules(t *testing.T) {
	t.Parallel()
	server := start(t)
	eachDialect(t, server, func(t *testing.T, c *caller) {
		c.run(t, row{name: "none", in: &cloudwatch.ListAlarmMuteRulesInput{}, want: &cloudwatch.ListAlarmMuteRulesOutput{AlarmMuteRuleSummaries: []types.AlarmMuteRuleSummary{}}})
		c.must(t, minimal("cpu", nil))
		for i := range 53 {
			c.must(t, nightly(fmt.Sprintf("rule-%02d", i), func(in *cloudwatch.PutAlarmMuteRuleInput) {
				switch i {
				case 7:
					in.Rule.Schedule.Expression = aws.String("cron(* * * * *)")
					in.MuteTargets = &types.MuteTargets{AlarmNames: []string{"cpu"}}
				case 8:
					in.Rule.Schedule.Expression = aws.String("at(2020-01-01T00:00)")
				}
			}))
		}
		list := func(in *cloudwatch.ListAlarmMuteRulesInput) []types.AlarmMuteRuleSummary {
			return c.must(t, in).(*cloudwatch.ListAlarmMuteRulesOutput).AlarmMuteRuleSummaries
		}
		if n := len(list(&cloudwatch.ListAlarmMuteRulesInput{})); n != 50 {
			t.Errorf("a page has %d rules, want 50", n)
		}
		all := 0
		for p := cloudwatch.NewListAlarmMuteRulesPaginator(c.client, &cloudwatch.ListAlarmMuteRulesInput{MaxRecords: aws.Int32(20)}); p.HasMorePages(); {
			page, err := p.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			all += len(page.AlarmMuteRuleSummaries)
		}
		if all != 53 {
			t.Errorf("%d rules on all pages, want 53", all)
		}
		for want, in := range map[string]*cloudwatch.ListAlarmMuteRulesInput{
			muteARN(c.region, "rule-07") + " ACTIVE RECURRING": {AlarmName: aws.String("cpu")},
			muteARN(c.region, "rule-08") + " EXPIRED ONE_TIME": {Statuses: []types.AlarmMuteRuleStatus{types.AlarmMuteRuleStatusExpired}},
		} {
			got := list(in)
			if len(got) != 1 || fmt.Sprintf("%s %s %s", *got[0].AlarmMuteRuleArn, got[0].Status, *got[0].MuteType) != want {
				t.Errorf("%s, want %s", show(got), want)
			}
		}
		c.run(t,
			row{name: "of nobody", in: &cloudwatch.ListAlarmMuteRulesInput{AlarmName: aws.String("nobody")}, refused: modelled("ResourceNotFoundException", 404, "").matching(".")},
			row{name: "token", in: &cloudwatch.ListAlarmMuteRulesInput{NextToken: aws.String("nonsense")}, refused: modelled("InvalidNextToken", 400, "Invalid NextToken : nonsense")},
			row{name: "status", in: &cloudwatch.ListAlarmMuteRulesInput{Statuses: []types.AlarmMuteRuleStatus{"ON"}}, refused: constraint("enum value set")},
		)
	})
}
