package conformance_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestTerraformScaling replays what Terraform's AWS provider 5.100 calls for an
// aws_autoscaling_group with a policy, a schedule, a lifecycle hook and a
// notification: make, read, plan again, change, destroy, as its log shows it.
// What a plan compares must come back as it was sent.
func TestTerraformScaling(t *testing.T) {
	t.Parallel()
	f, ctx, web := newFleet(t), t.Context(), aws.String("web")
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	tag := func(k string) types.Tag {
		return types.Tag{Key: &k, Value: aws.String("v"), PropagateAtLaunch: aws.Bool(true), ResourceId: web, ResourceType: aws.String("auto-scaling-group")}
	}
	template := &types.LaunchTemplateSpecification{LaunchTemplateName: aws.String("web"), Version: aws.String("$Latest")}
	// With initial hooks, the group is made empty and gets its sizes afterwards.
	must(f.CreateAutoScalingGroup(ctx, &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: web, MinSize: aws.Int32(0), MaxSize: aws.Int32(0), AvailabilityZones: []string{"us-east-1a", "us-east-1b"}, DefaultCooldown: aws.Int32(60),
		DefaultInstanceWarmup: aws.Int32(5), HealthCheckType: aws.String("EC2"), LaunchTemplate: template, NewInstancesProtectedFromScaleIn: aws.Bool(false),
		Tags: []types.Tag{tag("team")}, TerminationPolicies: []string{"OldestInstance", "Default"},
	}))
	must(f.PutLifecycleHook(ctx, &autoscaling.PutLifecycleHookInput{
		AutoScalingGroupName: web, LifecycleHookName: aws.String("bye"), LifecycleTransition: aws.String("autoscaling:EC2_INSTANCE_TERMINATING"),
		HeartbeatTimeout: aws.Int32(30), DefaultResult: aws.String("CONTINUE"),
	}))
	must(f.UpdateAutoScalingGroup(ctx, &autoscaling.UpdateAutoScalingGroupInput{AutoScalingGroupName: web, MinSize: aws.Int32(1), MaxSize: aws.Int32(4), DesiredCapacity: aws.Int32(1)}))
	f.becomes("web", 1)
	must(f.SuspendProcesses(ctx, &autoscaling.SuspendProcessesInput{AutoScalingGroupName: web, ScalingProcesses: []string{"AZRebalance"}}))
	must(f.EnableMetricsCollection(ctx, &autoscaling.EnableMetricsCollectionInput{AutoScalingGroupName: web, Granularity: aws.String("1Minute"), Metrics: []string{"GroupMinSize"}}))
	want := types.AutoScalingGroup{
		AutoScalingGroupName: web, MinSize: aws.Int32(1), MaxSize: aws.Int32(4), DesiredCapacity: aws.Int32(1), AvailabilityZones: []string{"us-east-1a", "us-east-1b"},
		DefaultCooldown: aws.Int32(60), DefaultInstanceWarmup: aws.Int32(5), HealthCheckType: aws.String("EC2"), HealthCheckGracePeriod: aws.Int32(0),
		LaunchTemplate: template, NewInstancesProtectedFromScaleIn: aws.Bool(false), TerminationPolicies: []string{"OldestInstance", "Default"},
		Tags:               []types.TagDescription{{Key: aws.String("team"), Value: aws.String("v"), PropagateAtLaunch: aws.Bool(true), ResourceId: web, ResourceType: aws.String("auto-scaling-group")}},
		SuspendedProcesses: []types.SuspendedProcess{{ProcessName: aws.String("AZRebalance")}},
		EnabledMetrics:     []types.EnabledMetric{{Metric: aws.String("GroupMinSize"), Granularity: aws.String("1Minute")}},
		AvailabilityZoneDistribution: &types.AvailabilityZoneDistribution{
			CapacityDistributionStrategy: types.CapacityDistributionStrategyBalancedBestEffort,
		},
		DeletionProtection: types.DeletionProtectionNone,
	}
	read := func() {
		t.Helper()
		if diff := gocmp.Diff(want, f.group("web"), sdkStructs, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(types.AutoScalingGroup{}, "AutoScalingGroupARN", "CreatedTime", "Instances"),
			cmpopts.IgnoreFields(types.SuspendedProcess{}, "SuspensionReason")); diff != "" {
			t.Errorf("group (-want +got):\n%s", diff)
		}
	}
	read()

	policy := &autoscaling.PutScalingPolicyInput{
		AutoScalingGroupName: web, PolicyName: aws.String("out"), PolicyType: aws.String("StepScaling"), AdjustmentType: aws.String("ChangeInCapacity"),
		EstimatedInstanceWarmup: aws.Int32(30), Enabled: aws.Bool(true), StepAdjustments: []types.StepAdjustment{
			{MetricIntervalLowerBound: aws.Float64(0), MetricIntervalUpperBound: aws.Float64(20), ScalingAdjustment: aws.Int32(1)},
			{MetricIntervalLowerBound: aws.Float64(20), ScalingAdjustment: aws.Int32(2)},
		},
	}
	put, err := f.PutScalingPolicy(ctx, policy)
	must(put, err)
	policies, err := f.DescribePolicies(ctx, &autoscaling.DescribePoliciesInput{AutoScalingGroupName: web, PolicyNames: []string{"out"}})
	must(policies, err)
	shownPolicy := types.ScalingPolicy{
		AutoScalingGroupName: web, PolicyName: policy.PolicyName, PolicyARN: put.PolicyARN, PolicyType: policy.PolicyType, AdjustmentType: policy.AdjustmentType,
		EstimatedInstanceWarmup: policy.EstimatedInstanceWarmup, Enabled: policy.Enabled, StepAdjustments: policy.StepAdjustments, MetricAggregationType: aws.String("Average"),
	}
	if diff := gocmp.Diff([]types.ScalingPolicy{shownPolicy}, policies.ScalingPolicies, sdkStructs, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
	action := &autoscaling.PutScheduledUpdateGroupActionInput{
		AutoScalingGroupName: web, ScheduledActionName: aws.String("nightly"), Recurrence: aws.String("0 22 * * 1-5"), TimeZone: aws.String("Europe/Berlin"), MinSize: aws.Int32(0),
	}
	must(f.PutScheduledUpdateGroupAction(ctx, action))
	actions, err := f.DescribeScheduledActions(ctx, &autoscaling.DescribeScheduledActionsInput{AutoScalingGroupName: web, ScheduledActionNames: []string{"nightly"}})
	must(actions, err)
	if diff := gocmp.Diff([]types.ScheduledUpdateGroupAction{{
		AutoScalingGroupName: web, ScheduledActionName: action.ScheduledActionName, Recurrence: action.Recurrence, TimeZone: action.TimeZone, MinSize: action.MinSize,
	}}, actions.ScheduledUpdateGroupActions, sdkStructs, cmpopts.IgnoreFields(types.ScheduledUpdateGroupAction{}, "ScheduledActionARN", "StartTime", "Time")); diff != "" {
		t.Errorf("action (-want +got):\n%s", diff)
	}
	topic := aws.String("arn:aws:sns:us-east-1:" + account + ":t")
	must(f.PutNotificationConfiguration(ctx, &autoscaling.PutNotificationConfigurationInput{AutoScalingGroupName: web, TopicARN: topic, NotificationTypes: []string{"autoscaling:EC2_INSTANCE_LAUNCH"}}))

	// A change sends the spread over the zones with it, whatever it is about.
	must(f.UpdateAutoScalingGroup(ctx, &autoscaling.UpdateAutoScalingGroupInput{
		AutoScalingGroupName: web, MaxSize: aws.Int32(5), NewInstancesProtectedFromScaleIn: aws.Bool(false), AvailabilityZoneDistribution: want.AvailabilityZoneDistribution,
	}))
	must(f.CreateOrUpdateTags(ctx, &autoscaling.CreateOrUpdateTagsInput{Tags: []types.Tag{tag("more")}}))
	must(f.DeleteTags(ctx, &autoscaling.DeleteTagsInput{Tags: []types.Tag{tag("more")}}))
	want.MaxSize = aws.Int32(5)
	read()

	// A destroy empties the group first, and waits for it.
	must(f.DeleteNotificationConfiguration(ctx, &autoscaling.DeleteNotificationConfigurationInput{AutoScalingGroupName: web, TopicARN: topic}))
	must(f.DeletePolicy(ctx, &autoscaling.DeletePolicyInput{AutoScalingGroupName: web, PolicyName: aws.String("out")}))
	must(f.DeleteScheduledAction(ctx, &autoscaling.DeleteScheduledActionInput{AutoScalingGroupName: web, ScheduledActionName: aws.String("nightly")}))
	must(f.DeleteLifecycleHook(ctx, &autoscaling.DeleteLifecycleHookInput{AutoScalingGroupName: web, LifecycleHookName: aws.String("bye")}))
	must(f.UpdateAutoScalingGroup(ctx, &autoscaling.UpdateAutoScalingGroupInput{AutoScalingGroupName: web, MinSize: aws.Int32(0), MaxSize: aws.Int32(0), DesiredCapacity: aws.Int32(0)}))
	f.becomes("web", 0)
	must(f.DeleteAutoScalingGroup(ctx, &autoscaling.DeleteAutoScalingGroupInput{AutoScalingGroupName: web, ForceDelete: aws.Bool(false)}))
	eventually(t, 5*time.Second, "the group to go", func() bool {
		all, err := f.DescribeAutoScalingGroups(ctx, &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{"web"}})
		return err == nil && len(all.AutoScalingGroups) == 0
	})
}
