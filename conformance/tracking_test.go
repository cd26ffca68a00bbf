package conformance_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"skywatch/server"
	"skywatch/skywatchtest"
)

// tracked is a group that tracks a target, on a clock moved by hand.
type tracked struct {
	*testing.T
	*skywatchtest.Server
	groups *autoscaling.Client
	alarms *cloudwatch.Client
	log    []string // changes of the desired capacity, by the minute
	minute int
	last   int32
}

func newTracked(t *testing.T, least, most int32) *tracked {
	t.Helper()
	cfg, _ := fleetConfig(t)
	s := skywatchtest.Start(t, skywatchtest.At(monday), skywatchtest.Configure(func(c *server.Config) { c.ScalingDrivers = cfg.ScalingDrivers }))
	f := &tracked{
		T: t, Server: s, alarms: newCloudWatchIn(s.URL, s.Region),
		groups: autoscaling.New(autoscaling.Options{Region: s.Region, BaseEndpoint: &s.URL, Credentials: dummyKey, HTTPClient: patient{}, Retryer: aws.NopRetryer{}}),
	}
	f.must(f.groups.CreateAutoScalingGroup(t.Context(), &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: aws.String("web"), MinSize: &least, MaxSize: &most, AvailabilityZones: []string{"a"}, LaunchConfigurationName: aws.String("lc"),
	}))
	f.Advance(time.Second)
	f.last = f.desired()
	return f
}

func (f *tracked) must(_ any, err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func (f *tracked) desired() int32 {
	f.Helper()
	out, err := f.groups.DescribeAutoScalingGroups(f.Context(), &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{"web"}})
	f.must(out, err)
	return *out.AutoScalingGroups[0].DesiredCapacity
}

// bears lets minutes pass in which the group bears a load: each instance an equal
// share.
func (f *tracked) bears(load float64, minutes int) {
	f.Helper()
	for range minutes {
		now := f.Now()
		f.must(f.alarms.PutMetricData(f.Context(), &cloudwatch.PutMetricDataInput{
			Namespace: aws.String("App"), MetricData: []cwtypes.MetricDatum{{MetricName: aws.String("Load"), Timestamp: &now, Value: aws.Float64(load / float64(f.last))}},
		}))
		f.Advance(time.Minute)
		f.minute++
		if got := f.desired(); got != f.last {
			f.log = append(f.log, fmt.Sprintf("%d: %d -> %d", f.minute, f.last, got))
			f.last = got
		}
	}
}

func customTracking(target float64) *types.TargetTrackingConfiguration {
	return &types.TargetTrackingConfiguration{
		TargetValue: &target, DisableScaleIn: aws.Bool(false),
		CustomizedMetricSpecification: &types.CustomizedMetricSpecification{
			Namespace: aws.String("App"), MetricName: aws.String("Load"), Statistic: types.MetricStatisticAverage,
		},
	}
}

// TestTargetTracking has a load rise and fall. The group grows to where the metric
// is at its target in one step, stays there, and shrinks by an instance at a
// time to where the rest still bears it.
func TestTargetTracking(t *testing.T) {
	t.Parallel()
	f := newTracked(t, 2, 20)
	f.must(f.groups.PutScalingPolicy(t.Context(), &autoscaling.PutScalingPolicyInput{
		AutoScalingGroupName: aws.String("web"), PolicyName: aws.String("load"), PolicyType: aws.String("TargetTrackingScaling"),
		EstimatedInstanceWarmup: aws.Int32(60), TargetTrackingConfiguration: customTracking(50),
	}))
	f.bears(98, 20) // 49 each: neither too much nor much too little
	f.bears(470, 40)
	f.bears(250, 60)
	// Three minutes above the target; a quarter of an hour below nine tenths of it.
	want := []string{"24: 2 -> 10", "76: 10 -> 9", "78: 9 -> 8", "80: 8 -> 7", "82: 7 -> 6", "84: 6 -> 5"}
	if diff := gocmp.Diff(want, f.log); diff != "" {
		t.Errorf("sizes by the minute (-want +got):\n%s", diff)
	}
}

// TestTargetTrackingPolicies makes, reads, changes and deletes a policy with its
// alarms, as Terraform does.
func TestTargetTrackingPolicies(t *testing.T) {
	t.Parallel()
	f, ctx, web := newTracked(t, 1, 4), t.Context(), aws.String("web")
	put := &autoscaling.PutScalingPolicyInput{
		AutoScalingGroupName: web, PolicyName: aws.String("cpu"), PolicyType: aws.String("TargetTrackingScaling"), EstimatedInstanceWarmup: aws.Int32(30), Enabled: aws.Bool(true),
		TargetTrackingConfiguration: &types.TargetTrackingConfiguration{
			TargetValue: aws.Float64(40), DisableScaleIn: aws.Bool(false),
			PredefinedMetricSpecification: &types.PredefinedMetricSpecification{PredefinedMetricType: types.MetricTypeASGAverageCPUUtilization},
		},
	}
	check := func(alarms ...string) {
		t.Helper()
		made, err := f.groups.PutScalingPolicy(ctx, put)
		f.must(made, err)
		shown, err := f.groups.DescribePolicies(ctx, &autoscaling.DescribePoliciesInput{AutoScalingGroupName: web})
		f.must(shown, err)
		if diff := gocmp.Diff([]types.ScalingPolicy{{
			AutoScalingGroupName: web, PolicyName: put.PolicyName, PolicyARN: made.PolicyARN, PolicyType: put.PolicyType, Enabled: put.Enabled, Alarms: made.Alarms,
			EstimatedInstanceWarmup: put.EstimatedInstanceWarmup, TargetTrackingConfiguration: put.TargetTrackingConfiguration,
		}}, shown.ScalingPolicies, sdkStructs, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("policy (-want +got):\n%s", diff)
		}
		described := describeAll(t, f.alarms)
		var got, names []string
		for _, a := range described.MetricAlarms {
			got = append(got, fmt.Sprintf("%s %s %s %v %dx%d", (*a.AlarmName)[:len(*a.AlarmName)-37], *a.MetricName, a.ComparisonOperator, *a.Threshold, *a.EvaluationPeriods, *a.Period))
			names = append(names, *a.AlarmName)
			if *a.AlarmDescription != "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy "+*made.PolicyARN+"." || !slices.Equal(a.AlarmActions, []string{*made.PolicyARN}) {
				t.Errorf("%s", show(a))
			}
		}
		if diff := gocmp.Diff(alarms, got); diff != "" {
			t.Errorf("alarms (-want +got):\n%s", diff)
		}
		var owned []string
		for _, a := range made.Alarms {
			owned = append(owned, *a.AlarmName)
		}
		if !slices.Equal(names, owned) {
			t.Errorf("the policy owns %v of %v", owned, names)
		}
	}
	const name = "TargetTracking-web-Alarm"
	check(name+"High CPUUtilization GreaterThanThreshold 40 3x60", name+"Low CPUUtilization LessThanThreshold 36 15x60")
	put.TargetTrackingConfiguration.DisableScaleIn, put.TargetTrackingConfiguration.TargetValue = aws.Bool(true), aws.Float64(70)
	check(name + "High CPUUtilization GreaterThanThreshold 70 3x60")
	put.TargetTrackingConfiguration = customTracking(10)
	put.TargetTrackingConfiguration.CustomizedMetricSpecification.Period = aws.Int32(10)
	put.TargetTrackingConfiguration.CustomizedMetricSpecification.Dimensions = []types.MetricDimension{{Name: aws.String("Host"), Value: aws.String("a")}}
	check(name+"High Load GreaterThanThreshold 10 3x10", name+"Low Load LessThanThreshold 9 90x10")
	f.must(f.groups.DeletePolicy(ctx, &autoscaling.DeletePolicyInput{AutoScalingGroupName: web, PolicyName: aws.String("cpu")}))
	if left := describeAll(t, f.alarms); len(left.MetricAlarms) != 0 {
		t.Errorf("left are %s", show(left))
	}
	for text, change := range map[string]func(*types.TargetTrackingConfiguration){
		"Exactly one of a predefined metric": func(c *types.TargetTrackingConfiguration) { c.CustomizedMetricSpecification = nil },
		"TargetValue must be between":        func(c *types.TargetTrackingConfiguration) { c.TargetValue = aws.Float64(0) },
		"ResourceLabel must be of the form": func(c *types.TargetTrackingConfiguration) {
			c.CustomizedMetricSpecification, c.PredefinedMetricSpecification = nil, &types.PredefinedMetricSpecification{PredefinedMetricType: types.MetricTypeALBRequestCountPerTarget}
		},
		"The value Furlongs for parameter Un": func(c *types.TargetTrackingConfiguration) {
			c.CustomizedMetricSpecification.Unit = aws.String("Furlongs")
		},
	} {
		put.TargetTrackingConfiguration = customTracking(10)
		change(put.TargetTrackingConfiguration)
		_, err := f.groups.PutScalingPolicy(ctx, put)
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%v, want %s", err, text)
		}
	}
}

// TestOwnedAlarms holds that a refused policy leaves no alarm, that an alarm may be
// edited until its policy is put again, and that one on which another depends
// outlives its policy.
func TestOwnedAlarms(t *testing.T) {
	t.Parallel()
	f, ctx := newTracked(t, 1, 4), t.Context()
	put := &autoscaling.PutScalingPolicyInput{
		AutoScalingGroupName: aws.String("web"), PolicyName: aws.String("load"), PolicyType: aws.String("TargetTrackingScaling"), TargetTrackingConfiguration: customTracking(50),
	}
	put.TargetTrackingConfiguration.CustomizedMetricSpecification.Unit = aws.String("Furlongs")
	if _, err := f.groups.PutScalingPolicy(ctx, put); err == nil {
		t.Error("a unit that nobody knows is taken")
	}
	shown, err := f.groups.DescribePolicies(ctx, &autoscaling.DescribePoliciesInput{})
	f.must(shown, err)
	if left := describeAll(t, f.alarms); len(left.MetricAlarms)+len(shown.ScalingPolicies) != 0 {
		t.Errorf("left are %s and %s", show(left), show(shown))
	}
	put.TargetTrackingConfiguration = customTracking(50)
	f.must(f.groups.PutScalingPolicy(ctx, put))
	high := describeAll(t, f.alarms).MetricAlarms[0]
	f.must(f.alarms.PutMetricAlarm(ctx, minimal(*high.AlarmName, nil)))
	if now := describeAll(t, f.alarms).MetricAlarms[0]; *now.Threshold != 21 {
		t.Errorf("after an edit: %s", show(now))
	}
	f.must(f.groups.PutScalingPolicy(ctx, put))
	if now := describeAll(t, f.alarms).MetricAlarms[0]; *now.Threshold != 50 || !slices.Equal(now.AlarmActions, high.AlarmActions) {
		t.Errorf("put again: %s", show(now))
	}
	f.must(f.alarms.PutCompositeAlarm(ctx, &cloudwatch.PutCompositeAlarmInput{
		AlarmName: aws.String("any"), AlarmRule: aws.String(`ALARM("` + *high.AlarmName + `")`),
	}))
	f.must(f.groups.DeletePolicy(ctx, &autoscaling.DeletePolicyInput{AutoScalingGroupName: aws.String("web"), PolicyName: aws.String("load")}))
	if left := describeAll(t, f.alarms).MetricAlarms; len(left) != 1 || *left[0].AlarmName != *high.AlarmName {
		t.Errorf("left are %s", show(left))
	}
}

func describeAll(t *testing.T, c *cloudwatch.Client) *cloudwatch.DescribeAlarmsOutput {
	t.Helper()
	out, err := c.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
