package conformance_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	gocmp "github.com/google/go-cmp/cmp"
)

// TestTerraformAlarm replays what Terraform's AWS provider calls for an
// aws_cloudwatch_metric_alarm: make, read, plan again, change, tag, delete. A
// plan ends only if every member comes back as it was sent.
func TestTerraformAlarm(t *testing.T) {
	t.Parallel()
	server := start(t)
	c := newCaller(server, dialects()[0])
	who, err := sts.New(sts.Options{Region: c.region, BaseEndpoint: &server, Credentials: dummyKey}).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || *who.Account != account {
		t.Fatalf("identity %s, %v", show(who), err)
	}
	tag := func(k, v string) types.Tag { return types.Tag{Key: &k, Value: &v} }
	// The provider sends all that it has a default for.
	alarm := minimal("tf-cpu", func(in *cloudwatch.PutMetricAlarmInput) {
		in.ActionsEnabled, in.TreatMissingData = aws.Bool(true), aws.String("missing")
		in.AlarmDescription, in.Unit = aws.String("from Terraform"), types.StandardUnitPercent
		in.EvaluationPeriods, in.DatapointsToAlarm = aws.Int32(3), aws.Int32(2)
		in.Statistic, in.ExtendedStatistic, in.EvaluateLowSampleCountPercentile = "", aws.String("p99"), aws.String("evaluate")
		in.Dimensions = dims("InstanceId", "i-0123456789abcdef0")
		in.AlarmActions = []string{"arn:aws:sns:" + c.region + ":" + account + ":ops"}
		in.Tags = []types.Tag{tag("env", "dev"), tag("team", "a")}
	})
	find := &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{"tf-cpu"}, AlarmTypes: []types.AlarmType{types.AlarmTypeMetricAlarm}}
	read := func(want []types.MetricAlarm, tags ...types.Tag) {
		t.Helper()
		got := describe(t, c, find)
		if diff := gocmp.Diff(want, withoutTimes(t, got.MetricAlarms), sdkStructs, stateless); diff != "" {
			t.Errorf("alarm (-want +got):\n%s", diff)
		}
		for _, a := range got.MetricAlarms {
			listed := c.must(t, &cloudwatch.ListTagsForResourceInput{ResourceARN: a.AlarmArn}).(*cloudwatch.ListTagsForResourceOutput)
			if diff := gocmp.Diff(tags, listed.Tags, sdkStructs); diff != "" {
				t.Errorf("tags (-want +got):\n%s", diff)
			}
		}
	}
	c.must(t, alarm)
	arn := alarmARN(c.region, "tf-cpu")
	for range 2 { // after the apply, and for the next plan
		read([]types.MetricAlarm{shown(c.region, alarm)}, tag("env", "dev"), tag("team", "a"))
	}
	alarm.ActionsEnabled, alarm.Threshold, alarm.AlarmDescription = aws.Bool(false), aws.Float64(0), nil
	c.must(t, alarm)
	c.must(t, &cloudwatch.UntagResourceInput{ResourceARN: &arn, TagKeys: []string{"team"}})
	c.must(t, &cloudwatch.TagResourceInput{ResourceARN: &arn, Tags: []types.Tag{tag("env", "prod")}})
	read([]types.MetricAlarm{shown(c.region, alarm)}, tag("env", "prod"))
	c.must(t, &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"tf-cpu"}})
	read([]types.MetricAlarm{})
}

// stateless leaves out the state, which Terraform does not look at.
var stateless = gocmp.FilterPath(func(p gocmp.Path) bool {
	f, ok := p.Last().(gocmp.StructField)
	return ok && (f.Name() == "StateReason" || f.Name() == "StateReasonData" || f.Name() == "StateValue")
}, gocmp.Ignore())
