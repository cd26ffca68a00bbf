package conformance_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	gocmp "github.com/google/go-cmp/cmp"
)

// TestTerraformComposite replays what Terraform's AWS provider 5.100 calls for an
// aws_cloudwatch_composite_alarm with a suppressor: make, read, plan again, change,
// tag, destroy, as its log shows it. A plan ends only if every member that it
// compares comes back as it was sent, blanks and line breaks of the rule as well.
func TestTerraformComposite(t *testing.T) {
	t.Parallel()
	c := newCaller(start(t), dialects()[0])
	ops := []string{"arn:aws:sns:" + c.region + ":" + account + ":ops"}
	tag := func(k, v string) types.Tag { return types.Tag{Key: &k, Value: &v} }
	for _, name := range []string{"tf-child", "tf-deploy"} {
		c.must(t, silent(name))
	}
	alarm := &cloudwatch.PutCompositeAlarmInput{
		AlarmName: aws.String("tf-site"), AlarmDescription: aws.String("the site"), ActionsEnabled: aws.Bool(true),
		AlarmRule:    aws.String("ALARM(tf-child) OR\nINSUFFICIENT_DATA(" + alarmARN(c.region, "tf-child") + ")\n"),
		AlarmActions: ops, OKActions: ops,
		ActionsSuppressor: aws.String("tf-deploy"), ActionsSuppressorWaitPeriod: aws.Int32(60), ActionsSuppressorExtensionPeriod: aws.Int32(30),
		Tags: []types.Tag{tag("env", "dev")},
	}
	arn := aws.String(alarmARN(c.region, "tf-site"))
	read := func(tags ...types.Tag) {
		t.Helper()
		want := types.CompositeAlarm{
			AlarmName: alarm.AlarmName, AlarmArn: arn, AlarmDescription: alarm.AlarmDescription, ActionsEnabled: alarm.ActionsEnabled, AlarmRule: alarm.AlarmRule,
			AlarmActions: alarm.AlarmActions, OKActions: alarm.OKActions, InsufficientDataActions: []string{},
			ActionsSuppressor: alarm.ActionsSuppressor, ActionsSuppressorWaitPeriod: alarm.ActionsSuppressorWaitPeriod, ActionsSuppressorExtensionPeriod: alarm.ActionsSuppressorExtensionPeriod,
		}
		got := composites(t, c, "tf-site")
		for i := range got { // the plan does not look at the state
			a := &got[i]
			a.StateValue, a.StateReason, a.StateReasonData, a.ActionsSuppressedBy, a.ActionsSuppressedReason = "", nil, nil, "", nil
		}
		if diff := gocmp.Diff([]types.CompositeAlarm{want}, got, sdkStructs); diff != "" {
			t.Errorf("composite alarm (-want +got):\n%s", diff)
		}
		listed := c.must(t, &cloudwatch.ListTagsForResourceInput{ResourceARN: arn}).(*cloudwatch.ListTagsForResourceOutput)
		if diff := gocmp.Diff(tags, listed.Tags, sdkStructs); diff != "" {
			t.Errorf("tags (-want +got):\n%s", diff)
		}
	}
	c.must(t, alarm)
	for range 2 { // after the apply, and for the next plan
		read(tag("env", "dev"))
	}
	alarm.AlarmDescription, alarm.ActionsSuppressor, alarm.ActionsSuppressorWaitPeriod, alarm.ActionsSuppressorExtensionPeriod = aws.String("changed"), nil, nil, nil
	alarm.Tags = nil
	c.must(t, alarm)
	c.must(t, &cloudwatch.TagResourceInput{ResourceARN: arn, Tags: []types.Tag{tag("env", "prod")}})
	read(tag("env", "prod"))
	c.must(t, &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"tf-site"}})
	if got := composites(t, c, "tf-site"); len(got) != 0 {
		t.Errorf("after it was destroyed: %s", show(got))
	}
}
