package conformance_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	scalable "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	gocmp "github.com/google/go-cmp/cmp"

	"skywatch/server"
)

// customResource is a resource that answers as AWS's interface for custom
// resources has it.
type customResource struct {
	mu       sync.Mutex
	capacity int
	keys     map[string]bool // of the calls that set it
	url      string
}

func newCustomResource(t *testing.T, capacity int) *customResource {
	t.Helper()
	r := &customResource{capacity: capacity, keys: map[string]bool{}}
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	r.url = s.URL + "/prod/scalableTargetDimensions/1-23"
	return r
}

// ServeHTTP implements http.Handler.
func (r *customResource) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if q.Method == http.MethodPatch {
		b, _ := io.ReadAll(q.Body)
		if _, err := fmt.Sscanf(string(b), `{"desiredCapacity":%d}`, &r.capacity); err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
		r.keys[q.Header.Get("Idempotency-Key")] = true
	}
	_, _ = fmt.Fprintf(w, `{"scalableTargetDimensionId":"1-23","version":"1","actualCapacity":%[1]d.0,"desiredCapacity":%[1]d.0,"scalingStatus":"Successful"}`, r.capacity)
}

// heard reports whether a call of an activity set the capacity.
func (r *customResource) heard(activity string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.keys[activity]
}

func (r *customResource) becomes(t *testing.T, n int) {
	t.Helper()
	eventually(t, 5*time.Second, fmt.Sprintf("a capacity of %d", n), func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.capacity == n
	})
}

// scaled is a server with a custom resource that is a scalable target.
type scaled struct {
	*scalable.Client
	*customResource
	t         *testing.T
	server    string
	resource  *string
	namespace types.ServiceNamespace
	dimension types.ScalableDimension
}

func newScaled(t *testing.T, capacity int) scaled {
	t.Helper()
	s := scaled{
		t: t, server: serveWith(t, server.DefaultConfig(), filepath.Join(t.TempDir(), "data"), time.Now), customResource: newCustomResource(t, capacity),
		namespace: types.ServiceNamespaceCustomResource, dimension: types.ScalableDimensionCustomResourceScalableDimension,
	}
	s.resource = &s.url
	s.Client = scalable.New(scalable.Options{Region: "us-east-1", BaseEndpoint: &s.server, Credentials: dummyKey, Retryer: aws.NopRetryer{}})
	return s
}

func (s scaled) register(least, most int32) *string {
	s.t.Helper()
	out, err := s.RegisterScalableTarget(s.t.Context(), &scalable.RegisterScalableTargetInput{
		ServiceNamespace: s.namespace, ResourceId: s.resource, ScalableDimension: s.dimension, MinCapacity: &least, MaxCapacity: &most,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out.ScalableTargetARN
}

func (s scaled) policy(name string, adjustment int32, bound *float64) *string {
	s.t.Helper()
	step := types.StepAdjustment{ScalingAdjustment: &adjustment, MetricIntervalLowerBound: bound}
	if adjustment < 0 {
		step.MetricIntervalLowerBound, step.MetricIntervalUpperBound = nil, bound
	}
	out, err := s.PutScalingPolicy(s.t.Context(), &scalable.PutScalingPolicyInput{
		PolicyName: &name, ServiceNamespace: s.namespace, ResourceId: s.resource, ScalableDimension: s.dimension, PolicyType: types.PolicyTypeStepScaling,
		StepScalingPolicyConfiguration: &types.StepScalingPolicyConfiguration{
			AdjustmentType: types.AdjustmentTypeChangeInCapacity, StepAdjustments: []types.StepAdjustment{step}, Cooldown: aws.Int32(60),
		},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out.PolicyARN
}

func (s scaled) activities() []types.ScalingActivity {
	s.t.Helper()
	out, err := s.DescribeScalingActivities(s.t.Context(), &scalable.DescribeScalingActivitiesInput{ServiceNamespace: s.namespace, ResourceId: s.resource, ScalableDimension: s.dimension})
	if err != nil {
		s.t.Fatal(err)
	}
	return out.ScalingActivities
}

func TestScalableTargets(t *testing.T) {
	t.Parallel()
	s, ctx := newScaled(t, 1), t.Context()
	arn := s.register(2, 6)
	s.becomes(t, 2)
	if again := s.register(3, 6); *again != *arn {
		t.Errorf("%s became %s", *arn, *again)
	}
	s.becomes(t, 3)
	got, err := s.DescribeScalableTargets(ctx, &scalable.DescribeScalableTargetsInput{ServiceNamespace: s.namespace, ResourceIds: []string{*s.resource}, ScalableDimension: s.dimension})
	if err != nil || len(got.ScalableTargets) != 1 || *got.ScalableTargets[0].ScalableTargetARN != *arn || *got.ScalableTargets[0].SuspendedState.DynamicScalingInSuspended ||
		!strings.HasSuffix(*got.ScalableTargets[0].RoleARN, "/custom-resource.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_CustomResource") {
		t.Errorf("%+v %v", got, err)
	}
	for i := range 3 {
		if _, err := s.RegisterScalableTarget(ctx, &scalable.RegisterScalableTargetInput{
			ServiceNamespace: types.ServiceNamespaceEcs, ResourceId: aws.String(fmt.Sprintf("service/prod/web-%d", i)), ScalableDimension: types.ScalableDimensionECSServiceDesiredCount,
			MinCapacity: aws.Int32(0), MaxCapacity: aws.Int32(1),
		}); err != nil {
			t.Fatal(err)
		}
	}
	var seen []string
	pages := scalable.NewDescribeScalableTargetsPaginator(s, &scalable.DescribeScalableTargetsInput{ServiceNamespace: types.ServiceNamespaceEcs, MaxResults: aws.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range page.ScalableTargets {
			seen = append(seen, *v.ResourceId)
		}
	}
	if fmt.Sprint(seen) != "[service/prod/web-0 service/prod/web-1 service/prod/web-2]" {
		t.Error(seen)
	}
	refusedTargets(s)
}

// refusedTargets holds the words of refusals.
func refusedTargets(s scaled) {
	t, ctx := s.t, s.t.Context()
	_, err := s.RegisterScalableTarget(ctx, &scalable.RegisterScalableTargetInput{ServiceNamespace: s.namespace, ResourceId: aws.String("table/t"), ScalableDimension: s.dimension, MinCapacity: aws.Int32(1), MaxCapacity: aws.Int32(1)})
	refused(t, "resource", err, "ValidationException", "Unsupported service namespace, resource type or scalable dimension")
	_, err = s.RegisterScalableTarget(ctx, &scalable.RegisterScalableTargetInput{ServiceNamespace: "x", ResourceId: s.resource, ScalableDimension: s.dimension})
	refused(t, "namespace", err, "ValidationException", "1 validation error detected: Value 'x' at 'serviceNamespace' failed to satisfy constraint: Member must satisfy enum value set: [")
	_, err = s.DescribeScalableTargets(ctx, &scalable.DescribeScalableTargetsInput{ServiceNamespace: s.namespace, NextToken: aws.String("x")})
	refused(t, "token", err, "InvalidNextTokenException", "")
	_, err = s.DeregisterScalableTarget(ctx, &scalable.DeregisterScalableTargetInput{ServiceNamespace: types.ServiceNamespaceEcs, ResourceId: aws.String("service/a/b"), ScalableDimension: types.ScalableDimensionECSServiceDesiredCount})
	refused(t, "gone", err, "ObjectNotFoundException", "No scalable target found for service namespace: ecs, resource ID: service/a/b, scalable dimension: ecs:service:DesiredCount")
	_, err = s.ListTagsForResource(ctx, &scalable.ListTagsForResourceInput{ResourceARN: aws.String("arn:aws:application-autoscaling:us-east-1:" + account + ":scalable-target/0")})
	refused(t, "tags", err, "ResourceNotFoundException", "")
}

// An alarm on a metric scales a custom resource, and its policies are refused
// what this version has not.
func TestScalablePolicies(t *testing.T) {
	t.Parallel()
	s, ctx := newScaled(t, 3), t.Context()
	s.register(1, 5)
	out := s.policy("out", 2, aws.Float64(0))
	cw := cloudwatch.New(cloudwatch.Options{Region: "us-east-1", BaseEndpoint: &s.server, Credentials: dummyKey})
	_, err := cw.PutMetricAlarm(ctx, &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("busy"), Namespace: aws.String("App"), MetricName: aws.String("Load"), Statistic: cwtypes.StatisticAverage, Period: aws.Int32(10),
		EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(50), ComparisonOperator: cwtypes.ComparisonOperatorGreaterThanThreshold, AlarmActions: []string{*out},
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
	s.becomes(t, 5)
	eventually(t, 5*time.Second, "the activity to end", func() bool {
		all := s.activities()
		return len(all) == 1 && all[0].StatusCode == types.ScalingActivityStatusCodeSuccessful && *all[0].Cause == "monitor alarm busy in state ALARM triggered policy out" &&
			*all[0].StatusMessage == "Successfully set desired capacity to 5. Change successfully fulfilled by custom-resource." && s.heard(*all[0].ActivityId)
	})
	shown, err := s.DescribeScalingPolicies(ctx, &scalable.DescribeScalingPoliciesInput{ServiceNamespace: s.namespace})
	if err != nil || len(shown.ScalingPolicies) != 1 || len(shown.ScalingPolicies[0].Alarms) != 1 || *shown.ScalingPolicies[0].Alarms[0].AlarmName != "busy" {
		t.Errorf("%+v %v", shown, err)
	}
	put := scalable.PutScalingPolicyInput{PolicyName: aws.String("p"), ServiceNamespace: s.namespace, ResourceId: s.resource, ScalableDimension: s.dimension}
	missing := put
	s.tracks(put, cw)
	missing.ResourceId = aws.String("https://127.0.0.1:1/x")
	_, err = s.PutScalingPolicy(ctx, &missing)
	refused(t, "no target", err, "ObjectNotFoundException", "No scalable target registered for service namespace: custom-resource, resource ID: https://127.0.0.1:1/x, scalable dimension: custom-resource:ResourceType:Property")
	_, err = s.GetPredictiveScalingForecast(ctx, &scalable.GetPredictiveScalingForecastInput{
		ServiceNamespace: s.namespace, ResourceId: s.resource, ScalableDimension: s.dimension, PolicyName: aws.String("p"), StartTime: aws.Time(time.Now()), EndTime: aws.Time(time.Now()),
	})
	refused(t, "forecast", err, "ValidationException", "Policies of type PredictiveScaling are not supported")
}

// tracks makes, reads and deletes a policy that tracks a target, with its alarms.
func (s scaled) tracks(put scalable.PutScalingPolicyInput, cw *cloudwatch.Client) {
	ctx, t := s.t.Context(), s.t
	put.PolicyName, put.PolicyType = aws.String("load"), types.PolicyTypeTargetTrackingScaling
	put.TargetTrackingScalingPolicyConfiguration = &types.TargetTrackingScalingPolicyConfiguration{
		TargetValue: aws.Float64(50), DisableScaleIn: aws.Bool(false), ScaleOutCooldown: aws.Int32(30), ScaleInCooldown: aws.Int32(60),
		CustomizedMetricSpecification: &types.CustomizedMetricSpecification{
			Namespace: aws.String("App"), MetricName: aws.String("Load"), Statistic: types.MetricStatisticAverage, Unit: aws.String("Percent"),
			Dimensions: []types.MetricDimension{{Name: aws.String("Host"), Value: aws.String("a")}},
		},
	}
	made, err := s.PutScalingPolicy(ctx, &put)
	if err != nil || len(made.Alarms) != 2 {
		t.Fatalf("%+v %v", made, err)
	}
	shown, err := s.DescribeScalingPolicies(ctx, &scalable.DescribeScalingPoliciesInput{ServiceNamespace: s.namespace, PolicyNames: []string{"load"}})
	if err != nil || len(shown.ScalingPolicies) != 1 {
		t.Fatalf("%+v %v", shown, err)
	}
	got := shown.ScalingPolicies[0]
	if diff := gocmp.Diff(put.TargetTrackingScalingPolicyConfiguration, got.TargetTrackingScalingPolicyConfiguration, sdkStructs); diff != "" || got.StepScalingPolicyConfiguration != nil {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
	if diff := gocmp.Diff(made.Alarms, got.Alarms, sdkStructs); diff != "" {
		t.Errorf("alarms (-want +got):\n%s", diff)
	}
	predefined := put
	predefined.TargetTrackingScalingPolicyConfiguration = &types.TargetTrackingScalingPolicyConfiguration{
		TargetValue: aws.Float64(50), PredefinedMetricSpecification: &types.PredefinedMetricSpecification{PredefinedMetricType: types.MetricTypeECSServiceAverageCPUUtilization},
	}
	_, err = s.PutScalingPolicy(ctx, &predefined)
	refused(t, "predefined", err, "ValidationException", "The parameter TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification is not supported by this version of Skywatch.")
	if _, err := s.DeleteScalingPolicy(ctx, &scalable.DeleteScalingPolicyInput{PolicyName: put.PolicyName, ServiceNamespace: put.ServiceNamespace, ResourceId: put.ResourceId, ScalableDimension: put.ScalableDimension}); err != nil {
		t.Error(err)
	}
	if left, err := cw.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmNamePrefix: aws.String("TargetTracking-")}); err != nil || len(left.MetricAlarms) != 0 {
		t.Errorf("left are %+v %v", left, err)
	}
}

func TestScalableSchedules(t *testing.T) {
	t.Parallel()
	s, ctx := newScaled(t, 3), t.Context()
	s.register(1, 9)
	at := time.Now().Add(1500 * time.Millisecond).UTC()
	put := scalable.PutScheduledActionInput{
		ServiceNamespace: s.namespace, ResourceId: s.resource, ScalableDimension: s.dimension, ScheduledActionName: aws.String("soon"),
		Schedule: aws.String("at(" + at.Format("2006-01-02T15:04:05") + ")"), ScalableTargetAction: &types.ScalableTargetAction{MinCapacity: aws.Int32(4)},
	}
	if _, err := s.PutScheduledAction(ctx, &put); err != nil {
		t.Fatal(err)
	}
	s.becomes(t, 4)
	put.ScheduledActionName, put.Schedule = aws.String("x"), aws.String("at(never)")
	_, err := s.PutScheduledAction(ctx, &put)
	refused(t, "schedule", err, "ValidationException", "Invalid schedule expression: at(never)")
	put.ScheduledActionName = aws.String("a:b")
	_, err = s.PutScheduledAction(ctx, &put)
	refused(t, "name", err, "ValidationException", "1 validation error detected: Value 'a:b' at 'scheduledActionName' failed to satisfy constraint: Member must satisfy regular expression pattern")
}

// TestScalableActivities goes through docs/application-auto-scaling.md with the
// aws CLI.
func TestScalableActivities(t *testing.T) {
	t.Parallel()
	r := newCustomResource(t, 1)
	a := newCLI(t, start(t))
	file := filepath.Join(t.TempDir(), "resource-id.txt") // the client reads URLs that it is given
	if err := os.WriteFile(file, []byte(r.url), 0o600); err != nil {
		t.Fatal(err)
	}
	target := " --service-namespace custom-resource --scalable-dimension custom-resource:ResourceType:Property --resource-id file://" + file
	a.seen(t, "application-autoscaling register-scalable-target --min-capacity 1 --max-capacity 4"+target)
	arn := a.seen(t, "application-autoscaling put-scaling-policy --policy-name out --policy-type StepScaling --query PolicyARN --step-scaling-policy-configuration "+
		`{"AdjustmentType":"ChangeInCapacity","Cooldown":60,"StepAdjustments":[{"MetricIntervalLowerBound":0,"ScalingAdjustment":3}]}`+target).(string)
	a.seen(t, "cloudwatch put-metric-alarm --alarm-name deep --namespace App --metric-name Backlog --statistic Average --period 60 --evaluation-periods 1 --threshold 100 --comparison-operator GreaterThanOrEqualToThreshold --alarm-actions "+arn)
	alarm := `cloudwatch set-alarm-state --alarm-name deep --state-reason try --state-reason-data {"recentDatapoints":[130],"threshold":100} --state-value `
	a.seen(t, alarm+"ALARM")
	r.becomes(t, 4)
	a.seen(t, "application-autoscaling deregister-scalable-target"+target)
	a.seen(t, "application-autoscaling register-scalable-target --min-capacity 1 --max-capacity 4"+target)
	arn = a.seen(t, "application-autoscaling put-scaling-policy --policy-name out --policy-type StepScaling --query PolicyARN --step-scaling-policy-configuration "+
		`{"AdjustmentType":"ChangeInCapacity","Cooldown":0,"StepAdjustments":[{"MetricIntervalLowerBound":0,"ScalingAdjustment":3}]}`+target).(string)
	a.seen(t, "cloudwatch put-metric-alarm --alarm-name deep --namespace App --metric-name Backlog --statistic Average --period 60 --evaluation-periods 1 --threshold 100 --comparison-operator GreaterThanOrEqualToThreshold --alarm-actions "+arn)
	a.seen(t, alarm+"OK")
	a.seen(t, alarm+"ALARM")
	var got any
	eventually(t, 5*time.Second, "an activity that did not scale", func() bool {
		got = a.seen(t, "application-autoscaling describe-scaling-activities --include-not-scaled-activities --query ScalingActivities[].[StatusCode,Description,NotScaledReasons[0].Code]"+target)
		return len(got.([]any)) == 2
	})
	want := parsed(t, `[["Failed", "Attempting to scale due to alarm triggered", "AlreadyAtMaxCapacity"], ["Successful", "Setting desired capacity to 4.", null]]`)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestTerraformScalable replays what Terraform's AWS provider calls for an
// aws_appautoscaling_target, _policy and _scheduled_action.
func TestTerraformScalable(t *testing.T) {
	t.Parallel()
	s, ctx := newScaled(t, 2), t.Context()
	registered, err := s.RegisterScalableTarget(ctx, &scalable.RegisterScalableTargetInput{
		ServiceNamespace: s.namespace, ResourceId: s.resource, ScalableDimension: s.dimension, MinCapacity: aws.Int32(1), MaxCapacity: aws.Int32(4),
		SuspendedState: &types.SuspendedState{DynamicScalingInSuspended: aws.Bool(false), DynamicScalingOutSuspended: aws.Bool(false), ScheduledScalingSuspended: aws.Bool(false)},
		Tags:           map[string]string{"env": "dev"},
	})
	if err != nil {
		t.Fatal(err)
	}
	arn := s.policy("tf", -1, aws.Float64(0))
	start := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	if _, err := s.PutScheduledAction(ctx, &scalable.PutScheduledActionInput{
		ServiceNamespace: s.namespace, ResourceId: s.resource, ScalableDimension: s.dimension, ScheduledActionName: aws.String("tf"), Schedule: aws.String("rate(5 minutes)"),
		Timezone: aws.String("UTC"), StartTime: &start, ScalableTargetAction: &types.ScalableTargetAction{MaxCapacity: aws.Int32(3)},
	}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // after the apply, and for the next plan
		targets, err := s.DescribeScalableTargets(ctx, &scalable.DescribeScalableTargetsInput{ServiceNamespace: s.namespace, ResourceIds: []string{*s.resource}, ScalableDimension: s.dimension})
		if err != nil || len(targets.ScalableTargets) != 1 || *targets.ScalableTargets[0].MaxCapacity != 4 || targets.ScalableTargets[0].ScalableDimension != s.dimension {
			t.Errorf("%+v %v", targets, err)
		}
		tags, err := s.ListTagsForResource(ctx, &scalable.ListTagsForResourceInput{ResourceARN: registered.ScalableTargetARN})
		if err != nil || tags.Tags["env"] != "dev" {
			t.Errorf("%+v %v", tags, err)
		}
		policies, err := s.DescribeScalingPolicies(ctx, &scalable.DescribeScalingPoliciesInput{ServiceNamespace: s.namespace, ResourceId: s.resource, ScalableDimension: s.dimension, PolicyNames: []string{"tf"}})
		if err != nil || len(policies.ScalingPolicies) != 1 || *policies.ScalingPolicies[0].PolicyARN != *arn {
			t.Fatalf("%+v %v", policies, err)
		}
		step := policies.ScalingPolicies[0].StepScalingPolicyConfiguration
		if step.AdjustmentType != types.AdjustmentTypeChangeInCapacity || *step.Cooldown != 60 || step.MetricAggregationType != "" || step.MinAdjustmentMagnitude != nil ||
			step.StepAdjustments[0].MetricIntervalLowerBound != nil || *step.StepAdjustments[0].MetricIntervalUpperBound != 0 {
			t.Errorf("%+v", step)
		}
		actions, err := s.DescribeScheduledActions(ctx, &scalable.DescribeScheduledActionsInput{ServiceNamespace: s.namespace, ResourceId: s.resource, ScalableDimension: s.dimension, ScheduledActionNames: []string{"tf"}})
		if err != nil || len(actions.ScheduledActions) != 1 || !actions.ScheduledActions[0].StartTime.Equal(start) || actions.ScheduledActions[0].EndTime != nil ||
			actions.ScheduledActions[0].ScalableTargetAction.MinCapacity != nil || *actions.ScheduledActions[0].ScalableTargetAction.MaxCapacity != 3 {
			t.Errorf("%+v %v", actions, err)
		}
	}
	if _, err := s.DeleteScheduledAction(ctx, &scalable.DeleteScheduledActionInput{ServiceNamespace: s.namespace, ResourceId: s.resource, ScalableDimension: s.dimension, ScheduledActionName: aws.String("tf")}); err != nil {
		t.Error(err)
	}
	if _, err := s.DeleteScalingPolicy(ctx, &scalable.DeleteScalingPolicyInput{ServiceNamespace: s.namespace, ResourceId: s.resource, ScalableDimension: s.dimension, PolicyName: aws.String("tf")}); err != nil {
		t.Error(err)
	}
	if _, err := s.DeregisterScalableTarget(ctx, &scalable.DeregisterScalableTargetInput{ServiceNamespace: s.namespace, ResourceId: s.resource, ScalableDimension: s.dimension}); err != nil {
		t.Error(err)
	}
}

// TestScalableWithBoto3 holds what a Python program sees.
func TestScalableWithBoto3(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	r := newCustomResource(t, 1)
	got := script(t, "python3", "py/scalable.py", start(t), r.url)
	want := parsed(t, `{
		"target": [2, 6, {"DynamicScalingInSuspended": false, "DynamicScalingOutSuspended": false, "ScheduledScalingSuspended": true}], "tags": {"a": "1"},
		"policy": ["StepScaling", "PercentChangeInCapacity", 1, 30, "Maximum"], "action": ["cron(0 8 * * ? *)", "Europe/Berlin", {"MinCapacity": 3}],
		"activity": ["Setting desired capacity to 2.", "minimum capacity was set to 2", "Successful", "Successfully set desired capacity to 2. Change successfully fulfilled by custom-resource."],
		"refusals": {
			"policy": ["ObjectNotFoundException", "ObjectNotFoundException", "No scaling policy found for service namespace: custom-resource, resource ID: R, scalable dimension: custom-resource:ResourceType:Property, policy name: gone", 400],
			"token": ["InvalidNextTokenException", "InvalidNextTokenException", "The token 'x' is invalid.", 400],
			"bounds": ["ValidationException", "ValidationException", "Maximum capacity cannot be less than minimum capacity", 400],
			"type": ["ValidationException", "ValidationException", "Policies of type PredictiveScaling are not supported by this version of Skywatch.", 400],
			"tags": ["ResourceNotFoundException", "ResourceNotFoundException", "No scalable target found for ARN: arn:aws:application-autoscaling:eu-west-3:`+account+`:scalable-target/gone", 400]
		},
		"left": 0
	}`)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
}
