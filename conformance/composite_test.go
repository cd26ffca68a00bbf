package conformance_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	gocmp "github.com/google/go-cmp/cmp"
)

// silent is an alarm that keeps the state that it is set to.
func silent(name string) *cloudwatch.PutMetricAlarmInput {
	return minimal(name, func(in *cloudwatch.PutMetricAlarmInput) { in.TreatMissingData = aws.String("ignore") })
}

// composites reads composite alarms without their times, which must be there.
func composites(t *testing.T, c *caller, names ...string) []types.CompositeAlarm {
	t.Helper()
	out := describe(t, c, &cloudwatch.DescribeAlarmsInput{AlarmNames: names, AlarmTypes: []types.AlarmType{types.AlarmTypeCompositeAlarm}})
	for i := range out.CompositeAlarms {
		a := &out.CompositeAlarms[i]
		for _, at := range []**time.Time{&a.AlarmConfigurationUpdatedTimestamp, &a.StateUpdatedTimestamp, &a.StateTransitionedTimestamp} {
			if *at == nil {
				t.Errorf("composite alarm %s: no time", *a.AlarmName)
			}
			*at = nil
		}
	}
	return out.CompositeAlarms
}

// TestPutCompositeAlarm holds that what was put comes back, that the states of its
// children lead to that of a composite alarm, and that refusals have AWS's words.
func TestPutCompositeAlarm(t *testing.T) {
	t.Parallel()
	server := start(t)
	eachDialect(t, server, func(t *testing.T, c *caller) {
		c.must(t, silent("cpu"))
		c.must(t, silent("deploy"))
		c.run(t, compositeRefusals(c.region)...)
		if got := composites(t, c); len(got) != 0 {
			t.Fatalf("refused alarms are kept: %s", show(got))
		}
		put := &cloudwatch.PutCompositeAlarmInput{
			AlarmName: aws.String("site"), AlarmDescription: aws.String("über <all>"), AlarmRule: aws.String(`ALARM("cpu") OR FALSE`),
			ActionsEnabled: aws.Bool(false), OKActions: []string{"arn:aws:sns:" + c.region + ":" + account + ":pager"},
			ActionsSuppressor: aws.String("deploy"), ActionsSuppressorWaitPeriod: aws.Int32(600), ActionsSuppressorExtensionPeriod: aws.Int32(0),
			Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("web")}},
		}
		small := &cloudwatch.PutCompositeAlarmInput{AlarmName: aws.String("small"), AlarmRule: aws.String("TRUE")}
		c.run(t, row{name: "whole", in: put, want: &cloudwatch.PutCompositeAlarmOutput{}}, row{name: "minimal", in: small, want: &cloudwatch.PutCompositeAlarmOutput{}})
		whole := types.CompositeAlarm{
			AlarmName: put.AlarmName, AlarmArn: aws.String(alarmARN(c.region, "site")), AlarmDescription: put.AlarmDescription,
			AlarmRule: put.AlarmRule, ActionsEnabled: put.ActionsEnabled, OKActions: put.OKActions, AlarmActions: []string{}, InsufficientDataActions: []string{},
			ActionsSuppressor: put.ActionsSuppressor, ActionsSuppressorWaitPeriod: put.ActionsSuppressorWaitPeriod,
			ActionsSuppressorExtensionPeriod: put.ActionsSuppressorExtensionPeriod, ActionsSuppressedBy: types.ActionsSuppressedByWaitPeriod,
			ActionsSuppressedReason: aws.String("Actions suppressed by WaitPeriod"), StateValue: types.StateValueOk,
			StateReason: aws.String(alarmARN(c.region, "site") + " was created and its alarm rule evaluates to OK"),
		}
		got := composites(t, c, "site", "small")
		if len(got) != 2 || !strings.HasPrefix(*got[0].StateReasonData, `{"triggeringAlarms":[{"arn":"`+alarmARN(c.region, "cpu")+`","state":{"value":"INSUFFICIENT_DATA","timestamp":"`) {
			t.Fatalf("composite alarms: %s", show(got))
		}
		got[0].StateReasonData = nil
		if diff := gocmp.Diff([]types.CompositeAlarm{whole, {
			AlarmName: small.AlarmName, AlarmArn: aws.String(alarmARN(c.region, "small")), AlarmRule: small.AlarmRule, ActionsEnabled: aws.Bool(true),
			OKActions: []string{}, AlarmActions: []string{}, InsufficientDataActions: []string{}, StateValue: types.StateValueAlarm,
			StateReason:     aws.String(alarmARN(c.region, "small") + " was created and its alarm rule evaluates to ALARM"),
			StateReasonData: aws.String(`{"triggeringAlarms":[]}`),
		}}, got, sdkStructs); diff != "" {
			t.Errorf("composite alarms (-want +got):\n%s", diff)
		}
		for _, name := range []string{"deploy", "cpu"} {
			c.must(t, &cloudwatch.SetAlarmStateInput{AlarmName: &name, StateValue: types.StateValueAlarm, StateReason: aws.String("by hand")})
		}
		site := composites(t, c, "site")[0]
		if site.StateValue != types.StateValueAlarm || site.ActionsSuppressedBy != types.ActionsSuppressedByAlarm ||
			!strings.HasPrefix(*site.StateReason, alarmARN(c.region, "cpu")+" transitioned to ALARM at ") {
			t.Errorf("after its child's change: %s", show(site))
		}
		c.run(t,
			row{name: "over a composite alarm", in: minimal("site", nil), refused: validation("").matching(".")},
			row{name: "delete a child", in: &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"cpu"}}, refused: validation("Cannot delete cpu as there are composite alarm(s) depending on it.")},
			row{name: "delete a suppressor with it", in: &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"site", "deploy"}}, refused: validation("Cannot delete deploy as there are composite alarm(s) depending on it.")},
			row{name: "delete two", in: &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"site", "small"}}, refused: validation("You cannot delete more than one composite alarm in one operation.")},
		)
		c.must(t, &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"site"}})
		c.must(t, &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"cpu", "deploy", "small"}})
	})
}

func compositeRefusals(region string) []row {
	type in = *cloudwatch.PutCompositeAlarmInput
	refuse := func(change func(in), r *refusal) row {
		p := &cloudwatch.PutCompositeAlarmInput{AlarmName: aws.String("refused"), AlarmRule: aws.String("ALARM(cpu)")}
		change(p)
		return row{in: p, refused: r}
	}
	rule := func(text string) func(in) { return func(p in) { p.AlarmRule = &text } }
	elsewhere := "arn:aws:cloudwatch:ap-south-2:" + account + ":alarm:cpu"
	return named(map[string]row{
		"no rule":       refuse(func(p in) { p.AlarmRule = nil }, missing("The parameter AlarmRule is required.").either(constraint("alarmRule"))),
		"long rule":     refuse(rule("TRUE"+strings.Repeat(" ", 10240)), validation("").matching("'alarmRule' failed to satisfy constraint: Member must have length less than or equal to 10240$")),
		"lower case":    refuse(rule("not TRUE"), validation("Error in AlarmRule [Unsupported token 'not' at char 0, must be: '(', 'NOT', AT_LEAST, TRUE or FALSE, ALARM, OK, or INSUFFICIENT_DATA]")),
		"too many":      refuse(rule("AT_LEAST(2, ALARM, (cpu))"), validation("Error in AlarmRule [AT_LEAST absolute threshold must be between 1 and number of alarms (1)]")),
		"no such child": refuse(rule("ALARM(nobody)"), validation("Could not save the composite alarm as alarms ["+alarmARN(region, "nobody")+"] in the alarm rule do not exist")),
		"region":        refuse(rule("ALARM("+elsewhere+")"), validation("Error in AlarmRule [Wrong ARN region, it was ap-south-2 but "+region+" was expected instead]")),
		"itself": refuse(rule("ALARM(refused)"),
			validation("A composite alarm cannot have a child relation with itself via its AlarmRule, as it would introduce a circular dependency")),
		"a metric's name": refuse(func(p in) { p.AlarmName, p.AlarmRule = aws.String("cpu"), aws.String("TRUE") }, validation("").matching(".")),
		"EC2 action":      refuse(func(p in) { p.AlarmActions = []string{"arn:aws:automate:" + region + ":ec2:stop"} }, validation("").matching("EC2")),
		"no wait period": refuse(func(p in) {
			p.ActionsSuppressor, p.ActionsSuppressorExtensionPeriod = aws.String("deploy"), aws.Int32(0)
		},
			missing("The parameter ActionsSuppressorWaitPeriod is required.")),
	})
}

// TestRelativesOfAlarms asks who an alarm's children and parents are, a page at a
// time.
func TestRelativesOfAlarms(t *testing.T) {
	t.Parallel()
	server := start(t)
	eachDialect(t, server, func(t *testing.T, c *caller) {
		for _, name := range []string{"b", "a", "s"} {
			c.must(t, silent(name))
		}
		c.must(t, &cloudwatch.PutCompositeAlarmInput{AlarmName: aws.String("low"), AlarmRule: aws.String("ALARM(b) OR ALARM(a)")})
		c.must(t, &cloudwatch.PutCompositeAlarmInput{
			AlarmName: aws.String("top"), AlarmRule: aws.String("ALARM(low) AND ALARM(b)"),
			ActionsSuppressor: aws.String("s"), ActionsSuppressorWaitPeriod: aws.Int32(0), ActionsSuppressorExtensionPeriod: aws.Int32(0),
		})
		for of, want := range map[string]string{
			"children of top": "b|low", "children of low": "a|b", "children of b": "", "children of nobody": "",
			"parents of b": "low|top", "parents of low": "top", "parents of s": "",
		} {
			in := &cloudwatch.DescribeAlarmsInput{MaxRecords: aws.Int32(1)}
			what, name, _ := strings.Cut(of, " of ")
			if in.ParentsOfAlarmName = &name; what == "children" {
				in.ParentsOfAlarmName, in.ChildrenOfAlarmName = nil, &name
			}
			var got []string
			for more := true; more; more = in.NextToken != nil {
				out := describe(t, c, in)
				for _, a := range out.MetricAlarms {
					got = append(got, *a.AlarmName)
					if (a.StateUpdatedTimestamp != nil) != (what == "children") || a.Namespace != nil {
						t.Errorf("%s: %s", of, show(a))
					}
				}
				for _, a := range out.CompositeAlarms {
					got = append(got, *a.AlarmName)
					if (a.StateValue != "") != (what == "children") || a.AlarmRule != nil {
						t.Errorf("%s: %s", of, show(a))
					}
				}
				in.NextToken = out.NextToken
			}
			if strings.Join(got, "|") != want {
				t.Errorf("%s: %v, want %s", of, got, want)
			}
		}
	})
}
