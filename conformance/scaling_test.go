package conformance_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	gocmp "github.com/google/go-cmp/cmp"

	"skywatch/server"
	"skywatch/targets/scaling"
)

// driver is a program that keeps a file for each instance, under the name that
// the activity gives it: asked twice, it does it once.
const driver = `case $1 in
launch) id=i-$(printf %.8s "$2"); : >"$3/$id"; printf '{"InstanceId":"%s","InstanceType":"t.file"}' "$id" ;;
terminate) rm -f "$3/$2" ;;
esac`

// fleet is a server with groups whose instances are files of a folder.
type fleet struct {
	*autoscaling.Client
	t      *testing.T
	url    string
	folder string
}

func newFleet(t *testing.T) fleet {
	t.Helper()
	return newFleetAt(t, time.Now)
}

func newFleetAt(t *testing.T, now func() time.Time) fleet {
	t.Helper()
	cfg, folder := fleetConfig(t)
	f := fleet{t: t, folder: folder, url: serveWith(t, cfg, filepath.Join(t.TempDir(), "data"), time.Now)}
	f.Client = autoscaling.New(autoscaling.Options{Region: "us-east-1", BaseEndpoint: &f.url, Credentials: dummyKey, Retryer: aws.NopRetryer{}})
	return f
}

// fleetConfig has the driver, whose instances are in a folder.
func fleetConfig(t *testing.T) (cfg server.Config, folder string) {
	t.Helper()
	folder, cfg = t.TempDir(), server.DefaultConfig()
	program := filepath.Join(t.TempDir(), "driver.sh")
	if err := os.WriteFile(program, []byte(driver), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg.ScalingDrivers = scaling.Drivers{{
		Groups: "web*", Kind: "exec", Launch: []string{"/bin/sh", program, "launch", "{activity}", folder},
		Terminate: []string{"/bin/sh", program, "terminate", "{instance}", folder},
	}}
	return cfg, folder
}

func (f fleet) create(name string, least, most int32) {
	f.t.Helper()
	_, err := f.CreateAutoScalingGroup(f.t.Context(), &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: &name, MinSize: &least, MaxSize: &most, AvailabilityZones: []string{"us-east-1a"},
		LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateName: aws.String("web"), Version: aws.String("$Latest")},
		Tags:           []types.Tag{{Key: aws.String("team"), Value: aws.String("a"), PropagateAtLaunch: aws.Bool(true)}},
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f fleet) group(name string) types.AutoScalingGroup {
	f.t.Helper()
	got, err := f.DescribeAutoScalingGroups(f.t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{name}})
	if err != nil || len(got.AutoScalingGroups) != 1 {
		f.t.Fatalf("%s: %+v %v", name, got, err)
	}
	return got.AutoScalingGroups[0]
}

// becomes waits until a group has n instances in service, and as many files.
func (f fleet) becomes(name string, n int) []types.Instance {
	f.t.Helper()
	var g types.AutoScalingGroup
	eventually(f.t, 5*time.Second, fmt.Sprintf("%d instances of %s", n, name), func() bool {
		g = f.group(name)
		for _, i := range g.Instances {
			if i.LifecycleState != types.LifecycleStateInService {
				return false
			}
		}
		files, err := os.ReadDir(f.folder)
		return err == nil && len(g.Instances) == n && len(files) == n
	})
	return g.Instances
}

func TestScalingGroups(t *testing.T) {
	t.Parallel()
	f, ctx := newFleet(t), t.Context()
	f.create("web", 1, 4)
	f.becomes("web", 1)
	_, err := f.CreateAutoScalingGroup(ctx, &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: aws.String("web"), MinSize: aws.Int32(0), MaxSize: aws.Int32(0), AvailabilityZones: []string{"a"}, LaunchConfigurationName: aws.String("l"),
	})
	refused(t, "a second", err, "AlreadyExists", "AutoScalingGroup by this name already exists - A group with the name web already exists")
	_, err = f.SetDesiredCapacity(ctx, &autoscaling.SetDesiredCapacityInput{AutoScalingGroupName: aws.String("web"), DesiredCapacity: aws.Int32(9)})
	refused(t, "too many", err, "ValidationError", "New SetDesiredCapacity value 9 is above max value 4 for the AutoScalingGroup.")
	if _, err := f.SetDesiredCapacity(ctx, &autoscaling.SetDesiredCapacityInput{AutoScalingGroupName: aws.String("web"), DesiredCapacity: aws.Int32(3)}); err != nil {
		t.Fatal(err)
	}
	in := f.becomes("web", 3)
	if *in[0].InstanceType != "t.file" || *in[0].LaunchTemplate.LaunchTemplateName != "web" || *in[0].AvailabilityZone != "us-east-1a" || *in[0].HealthStatus != "Healthy" {
		t.Errorf("%+v", in[0])
	}
	g := f.group("web")
	if !strings.HasPrefix(*g.AutoScalingGroupARN, "arn:aws:autoscaling:us-east-1:"+account+":autoScalingGroup:") || *g.DefaultCooldown != 300 || *g.Tags[0].Value != "a" {
		t.Errorf("%+v", g)
	}
	done, err := f.DescribeScalingActivities(ctx, &autoscaling.DescribeScalingActivitiesInput{AutoScalingGroupName: aws.String("web")})
	if err != nil || len(done.Activities) != 3 || done.Activities[0].StatusCode != types.ScalingActivityStatusCodeSuccessful ||
		!strings.Contains(*done.Activities[0].Cause, "a user request explicitly set group desired capacity changing the desired capacity from 1 to 3. At ") {
		t.Errorf("%+v %v", done, err)
	}
	_, err = f.DeleteAutoScalingGroup(ctx, &autoscaling.DeleteAutoScalingGroupInput{AutoScalingGroupName: aws.String("web")})
	refused(t, "delete", err, "ResourceInUse", "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.")
	if _, err = f.DeleteAutoScalingGroup(ctx, &autoscaling.DeleteAutoScalingGroupInput{AutoScalingGroupName: aws.String("web"), ForceDelete: aws.Bool(true)}); err != nil {
		t.Fatal(err)
	}
	eventually(t, 5*time.Second, "the group to go", func() bool {
		all, err := f.DescribeAutoScalingGroups(ctx, nil)
		files, _ := os.ReadDir(f.folder)
		return err == nil && len(all.AutoScalingGroups) == 0 && len(files) == 0
	})
}

func TestScalingInstances(t *testing.T) {
	t.Parallel()
	f, ctx := newFleet(t), t.Context()
	f.create("web", 1, 4)
	in := f.becomes("web", 1)
	web, first := aws.String("web"), in[0].InstanceId
	if _, err := f.AttachInstances(ctx, &autoscaling.AttachInstancesInput{AutoScalingGroupName: web, InstanceIds: []string{"i-mine"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.SetInstanceProtection(ctx, &autoscaling.SetInstanceProtectionInput{AutoScalingGroupName: web, InstanceIds: []string{"i-mine"}, ProtectedFromScaleIn: aws.Bool(true)}); err != nil {
		t.Error(err)
	}
	if _, err := f.EnterStandby(ctx, &autoscaling.EnterStandbyInput{AutoScalingGroupName: web, InstanceIds: []string{"i-mine"}, ShouldDecrementDesiredCapacity: aws.Bool(true)}); err != nil {
		t.Error(err)
	}
	if _, err := f.ExitStandby(ctx, &autoscaling.ExitStandbyInput{AutoScalingGroupName: web, InstanceIds: []string{"i-mine"}}); err != nil {
		t.Error(err)
	}
	got, err := f.DescribeAutoScalingInstances(ctx, &autoscaling.DescribeAutoScalingInstancesInput{InstanceIds: []string{"i-mine"}})
	if err != nil || len(got.AutoScalingInstances) != 1 || !*got.AutoScalingInstances[0].ProtectedFromScaleIn || *got.AutoScalingInstances[0].LifecycleState != "InService" {
		t.Errorf("%+v %v", got, err)
	}
	gone, err := f.DetachInstances(ctx, &autoscaling.DetachInstancesInput{AutoScalingGroupName: web, InstanceIds: []string{"i-mine"}, ShouldDecrementDesiredCapacity: aws.Bool(true)})
	if err != nil || *gone.Activities[0].Description != "Detaching EC2 instance: i-mine" {
		t.Errorf("%+v %v", gone, err)
	}
	if _, err := f.SetInstanceHealth(ctx, &autoscaling.SetInstanceHealthInput{InstanceId: first, HealthStatus: aws.String("Unhealthy"), ShouldRespectGracePeriod: aws.Bool(false)}); err != nil {
		t.Error(err)
	}
	eventually(t, 5*time.Second, "another instance", func() bool {
		in := f.group("web").Instances
		return len(in) == 1 && *in[0].InstanceId != *first && in[0].LifecycleState == types.LifecycleStateInService
	})
	in = f.becomes("web", 1)
	ended, err := f.TerminateInstanceInAutoScalingGroup(ctx, &autoscaling.TerminateInstanceInAutoScalingGroupInput{InstanceId: in[0].InstanceId, ShouldDecrementDesiredCapacity: aws.Bool(false)})
	if err != nil || *ended.Activity.Description != "Terminating EC2 instance: "+*in[0].InstanceId {
		t.Errorf("%+v %v", ended, err)
	}
	_, err = f.TerminateInstanceInAutoScalingGroup(ctx, &autoscaling.TerminateInstanceInAutoScalingGroupInput{InstanceId: aws.String("i-none"), ShouldDecrementDesiredCapacity: aws.Bool(false)})
	refused(t, "an instance of nobody", err, "ValidationError", "Instance Id not found - No managed instance found for instance ID: i-none")
}

// TestScalingPolicies has an alarm change what runs, by a step policy.
func TestScalingPolicies(t *testing.T) {
	t.Parallel()
	f, ctx := newFleet(t), t.Context()
	f.create("web", 1, 4)
	f.becomes("web", 1)
	put, err := f.PutScalingPolicy(ctx, &autoscaling.PutScalingPolicyInput{
		AutoScalingGroupName: aws.String("web"), PolicyName: aws.String("out"), PolicyType: aws.String("StepScaling"), AdjustmentType: aws.String("ChangeInCapacity"),
		StepAdjustments: []types.StepAdjustment{
			{MetricIntervalLowerBound: aws.Float64(0), MetricIntervalUpperBound: aws.Float64(20), ScalingAdjustment: aws.Int32(1)},
			{MetricIntervalLowerBound: aws.Float64(20), ScalingAdjustment: aws.Int32(2)},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.PutScalingPolicy(ctx, &autoscaling.PutScalingPolicyInput{AutoScalingGroupName: aws.String("web"), PolicyName: aws.String("tt"), PolicyType: aws.String("TargetTrackingScaling")})
	refused(t, "target tracking", err, "ValidationError", "You must specify a TargetTrackingConfiguration for policy type: TargetTrackingScaling")
	cw := cloudwatch.New(cloudwatch.Options{Region: "us-east-1", BaseEndpoint: &f.url, Credentials: dummyKey})
	_, err = cw.PutMetricAlarm(ctx, &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("busy"), Namespace: aws.String("App"), MetricName: aws.String("Load"), Statistic: cwtypes.StatisticAverage, Period: aws.Int32(60),
		EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(50), ComparisonOperator: cwtypes.ComparisonOperatorGreaterThanThreshold,
		AlarmActions: []string{*put.PolicyARN}, TreatMissingData: aws.String("ignore"),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = cw.SetAlarmState(ctx, &cloudwatch.SetAlarmStateInput{
		AlarmName: aws.String("busy"), StateValue: cwtypes.StateValueAlarm, StateReason: aws.String("test"),
		StateReasonData: aws.String(`{"version":"1.0","recentDatapoints":[75.0],"threshold":50.0}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	f.becomes("web", 3) // 75 is 25 above the threshold: the second step
	got, err := f.DescribeScalingActivities(ctx, &autoscaling.DescribeScalingActivitiesInput{AutoScalingGroupName: aws.String("web")})
	if err != nil || !strings.Contains(*got.Activities[0].Cause, "a monitor alarm busy in state ALARM triggered policy out changing the desired capacity from 1 to 3.") {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := f.PutScalingPolicy(ctx, &autoscaling.PutScalingPolicyInput{
		AutoScalingGroupName: aws.String("web"), PolicyName: aws.String("simple"), AdjustmentType: aws.String("ExactCapacity"), ScalingAdjustment: aws.Int32(1),
	}); err != nil {
		t.Error(err)
	}
	if _, err := f.ExecutePolicy(ctx, &autoscaling.ExecutePolicyInput{AutoScalingGroupName: aws.String("web"), PolicyName: aws.String("simple")}); err != nil {
		t.Error(err)
	}
	f.becomes("web", 1)
	if _, err := f.DeletePolicy(ctx, &autoscaling.DeletePolicyInput{PolicyName: put.PolicyARN}); err != nil {
		t.Error(err)
	}
	left, err := f.DescribePolicies(ctx, &autoscaling.DescribePoliciesInput{})
	if err != nil || len(left.ScalingPolicies) != 1 || *left.ScalingPolicies[0].PolicyType != "SimpleScaling" {
		t.Errorf("%+v %v", left, err)
	}
}

func TestScheduledScaling(t *testing.T) {
	t.Parallel()
	f, ctx := newFleet(t), t.Context()
	f.create("web", 0, 4)
	at := time.Now().Add(1100 * time.Millisecond).UTC()
	_, err := f.PutScheduledUpdateGroupAction(ctx, &autoscaling.PutScheduledUpdateGroupActionInput{
		AutoScalingGroupName: aws.String("web"), ScheduledActionName: aws.String("soon"), StartTime: &at, DesiredCapacity: aws.Int32(2),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.PutScheduledUpdateGroupAction(ctx, &autoscaling.PutScheduledUpdateGroupActionInput{
		AutoScalingGroupName: aws.String("web"), ScheduledActionName: aws.String("nightly"), Recurrence: aws.String("0 22 * * 1-5"), TimeZone: aws.String("Europe/Berlin"), MinSize: aws.Int32(0),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.PutScheduledUpdateGroupAction(ctx, &autoscaling.PutScheduledUpdateGroupActionInput{
		AutoScalingGroupName: aws.String("web"), ScheduledActionName: aws.String("x"), Recurrence: aws.String("never"), MinSize: aws.Int32(0),
	})
	refused(t, "a recurrence", err, "ValidationError", "Given recurrence string: never is invalid")
	f.becomes("web", 2)
	left, err := f.DescribeScheduledActions(ctx, &autoscaling.DescribeScheduledActionsInput{AutoScalingGroupName: aws.String("web")})
	if err != nil || len(left.ScheduledUpdateGroupActions) != 1 || *left.ScheduledUpdateGroupActions[0].ScheduledActionName != "nightly" {
		t.Errorf("%+v %v", left, err)
	}
	if _, err := f.DeleteScheduledAction(ctx, &autoscaling.DeleteScheduledActionInput{AutoScalingGroupName: aws.String("web"), ScheduledActionName: aws.String("nightly")}); err != nil {
		t.Error(err)
	}
}

func TestLifecycleHooks(t *testing.T) {
	t.Parallel()
	f, ctx := newFleet(t), t.Context()
	f.create("web", 0, 4)
	web, hook := aws.String("web"), aws.String("ready")
	if _, err := f.PutLifecycleHook(ctx, &autoscaling.PutLifecycleHookInput{AutoScalingGroupName: web, LifecycleHookName: hook, LifecycleTransition: aws.String("autoscaling:EC2_INSTANCE_LAUNCHING")}); err != nil {
		t.Fatal(err)
	}
	topic := aws.String("arn:aws:sns:us-east-1:" + account + ":t")
	if _, err := f.PutNotificationConfiguration(ctx, &autoscaling.PutNotificationConfigurationInput{AutoScalingGroupName: web, TopicARN: topic, NotificationTypes: []string{"autoscaling:EC2_INSTANCE_LAUNCH"}}); err != nil {
		t.Error(err)
	}
	if _, err := f.SetDesiredCapacity(ctx, &autoscaling.SetDesiredCapacityInput{AutoScalingGroupName: web, DesiredCapacity: aws.Int32(1)}); err != nil {
		t.Fatal(err)
	}
	eventually(t, 5*time.Second, "an instance that is held", func() bool {
		in := f.group("web").Instances
		return len(in) == 1 && in[0].LifecycleState == types.LifecycleStatePendingWait
	})
	id := f.group("web").Instances[0].InstanceId
	if _, err := f.RecordLifecycleActionHeartbeat(ctx, &autoscaling.RecordLifecycleActionHeartbeatInput{AutoScalingGroupName: web, LifecycleHookName: hook, InstanceId: id}); err != nil {
		t.Error(err)
	}
	if _, err := f.CompleteLifecycleAction(ctx, &autoscaling.CompleteLifecycleActionInput{AutoScalingGroupName: web, LifecycleHookName: hook, InstanceId: id, LifecycleActionResult: aws.String("CONTINUE")}); err != nil {
		t.Error(err)
	}
	f.becomes("web", 1)
	got, err := f.DescribeLifecycleHooks(ctx, &autoscaling.DescribeLifecycleHooksInput{AutoScalingGroupName: web})
	if err != nil || *got.LifecycleHooks[0].GlobalTimeout != 172800 || *got.LifecycleHooks[0].DefaultResult != "ABANDON" {
		t.Errorf("%+v %v", got, err)
	}
	heard, err := f.DescribeNotificationConfigurations(ctx, &autoscaling.DescribeNotificationConfigurationsInput{})
	if err != nil || len(heard.NotificationConfigurations) != 1 || *heard.NotificationConfigurations[0].TopicARN != *topic {
		t.Errorf("%+v %v", heard, err)
	}
	if _, err := f.DeleteNotificationConfiguration(ctx, &autoscaling.DeleteNotificationConfigurationInput{AutoScalingGroupName: web, TopicARN: topic}); err != nil {
		t.Error(err)
	}
	if _, err := f.DeleteLifecycleHook(ctx, &autoscaling.DeleteLifecycleHookInput{AutoScalingGroupName: web, LifecycleHookName: hook}); err != nil {
		t.Error(err)
	}
}

// TestScalingLists asks what does not change, with the aws CLI, and goes
// through docs/scaling.md without a driver.
func TestScalingLists(t *testing.T) {
	t.Parallel()
	a := newCLI(t, start(t))
	got := a.seen(t, "autoscaling describe-adjustment-types --query AdjustmentTypes[].AdjustmentType")
	if diff := gocmp.Diff(parsed(t, `["ChangeInCapacity","ExactCapacity","PercentChangeInCapacity"]`), got); diff != "" {
		t.Error(diff)
	}
	a.seen(t, "autoscaling describe-lifecycle-hook-types")
	a.seen(t, "autoscaling describe-auto-scaling-notification-types")
	a.seen(t, "autoscaling describe-scaling-process-types")
	a.seen(t, "autoscaling describe-termination-policy-types")
	a.seen(t, "autoscaling describe-account-limits")
	a.seen(t, "autoscaling create-auto-scaling-group --auto-scaling-group-name lone --launch-configuration-name l --min-size 1 --max-size 2 --availability-zones us-east-1a")
	var last any
	eventually(t, 5*time.Second, "an activity that failed", func() bool {
		last = a.seen(t, "autoscaling describe-scaling-activities --auto-scaling-group-name lone --query Activities[].[StatusCode,StatusMessage]")
		return strings.Contains(fmt.Sprint(last), "Failed no capacity driver is configured for the Auto Scaling group lone")
	})
	for filter, want := range map[string]string{
		"Name=Status,Values=Failed": "true", "Name=Status,Values=Successful": "false", "Name=StartTimeLowerBound,Values=2099-01-01T00:00:00Z": "false",
		"Name=StartTimeUpperBound,Values=2099-01-01T00:00:00Z": "true",
	} {
		if got := a.seen(t, "autoscaling describe-scaling-activities --auto-scaling-group-name lone --query length(Activities[])>`0` --filters "+filter); show(got) != want {
			t.Errorf("activities of %s: %s, want %s", filter, show(got), want)
		}
	}
	if got := a.seen(t, "autoscaling describe-metric-collection-types --query Metrics[0].Metric"); got != "GroupMinSize" {
		t.Errorf("metrics: %v", got)
	}
	put := a.seen(t, "autoscaling batch-put-scheduled-update-group-action --auto-scaling-group-name lone --scheduled-update-group-actions ScheduledActionName=a,Recurrence=0_2_*_*_*,MinSize=0 ScheduledActionName=b,StartTime=2099-01-01T00:00:00Z,MinSize=0 --query FailedScheduledUpdateGroupActions[].[ScheduledActionName,ErrorCode,ErrorMessage]")
	if want := `[["a","ValidationError","Given recurrence string: 0_2_*_*_* is invalid"]]`; show(put) != want {
		t.Errorf("actions that were not put: %s", show(put))
	}
	gone := a.seen(t, "autoscaling batch-delete-scheduled-action --auto-scaling-group-name lone --scheduled-action-names b c --query FailedScheduledActions[].ScheduledActionName")
	if show(gone) != `["c"]` {
		t.Errorf("actions that were not deleted: %s", show(gone))
	}
	a.seen(t, "autoscaling create-or-update-tags --tags ResourceId=lone,ResourceType=auto-scaling-group,Key=k,Value=v,PropagateAtLaunch=true")
	if got := a.seen(t, "autoscaling describe-tags --query Tags[].[ResourceId,Key,Value]"); fmt.Sprint(got) != "[[lone k v]]" {
		t.Errorf("tags: %v", got)
	}
	a.seen(t, "autoscaling suspend-processes --auto-scaling-group-name lone --scaling-processes Launch")
	a.seen(t, "autoscaling resume-processes --auto-scaling-group-name lone")
	a.seen(t, "autoscaling update-auto-scaling-group --auto-scaling-group-name lone --min-size 0 --desired-capacity 0")
	a.seen(t, "autoscaling delete-auto-scaling-group --auto-scaling-group-name lone")
}

// TestScalingWithBoto3 holds what a Python program sees.
func TestScalingWithBoto3(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	f := newFleet(t)
	got := script(t, "python3", "py/scaling.py", f.url)
	want := parsed(t, `{
		"desired": 2, "states": ["InService", "InService"], "policy": ["PercentChangeInCapacity", 50, 1], "left": 0,
		"refusals": {
			"zone": ["ClientError", "ValidationError", "At least one Availability Zone or VPC Subnet is required.", 400],
			"launch": ["ClientError", "ValidationError", "Valid requests must contain either launchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.", 400],
			"bounds": ["ClientError", "ValidationError", "Max bound, 1, must be greater than or equal to min bound, 2", 400],
			"again": ["AlreadyExistsFault", "AlreadyExists", "AutoScalingGroup by this name already exists - A group with the name web already exists", 400],
			"cooldown": ["ScalingActivityInProgressFault", "ScalingActivityInProgress", "Scaling activity ID is in progress and blocks this action", 400],
			"gone": ["ClientError", "ValidationError", "AutoScalingGroup name not found - no such group: gone", 400]
		}
	}`)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
}
