package kill_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalabletypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// resource is a custom resource, which lives longer than the server. It takes a
// while for its answers, so that kills fall into its calls.
type resource struct {
	mu       sync.Mutex
	capacity int
	asked    map[string]int // capacity by activity
	clashes  int            // activities that asked for two
}

// ServeHTTP implements http.Handler.
func (r *resource) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	time.Sleep(5 * time.Millisecond)
	r.mu.Lock()
	defer r.mu.Unlock()
	if q.Method == http.MethodPatch {
		var in struct{ DesiredCapacity int }
		if err := json.NewDecoder(q.Body).Decode(&in); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		key := q.Header.Get("Idempotency-Key")
		if before, ok := r.asked[key]; ok && before != in.DesiredCapacity {
			r.clashes++
		}
		r.asked[key], r.capacity = in.DesiredCapacity, in.DesiredCapacity
	}
	_, _ = fmt.Fprintf(w, `{"actualCapacity":%[1]d,"desiredCapacity":%[1]d,"scalingStatus":"Successful"}`, r.capacity)
}

func (r *resource) has() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.capacity
}

// scalableRound is what a client changes in a round, and what was acknowledged.
type scalableRound struct {
	target applicationautoscaling.RegisterScalableTargetInput
	least  int  // the last minimum
	alarm  bool // the policy was triggered
}

// What the policy sets, and the bounds that a round begins with.
const (
	policyCapacity = 45
	mostAtFirst    = 3
)

// TestKillScalable: bounds and alarms that were acknowledged before the server
// was killed have the capacity in the end, and no activity asks for two.
func TestKillScalable(t *testing.T) {
	t.Parallel()
	n := 2
	if os.Getenv("SKYWATCH_KILL_ROUNDS") != "" {
		n = rounds(t)
	}
	dir := filepath.Join(t.TempDir(), "data")
	r := &resource{capacity: 1, asked: map[string]int{}}
	hook := httptest.NewServer(r)
	t.Cleanup(hook.Close)
	alarms := 0
	for round := range n {
		srv, url := startServer(t, dir)
		done := changeUntilKilled(t, srv, url, hook.URL, round)
		srv, _ = startServer(t, dir)
		within(t, "the capacity is not what was acknowledged", func() bool {
			if done.alarm {
				return r.has() == policyCapacity
			}
			// One that was not answered may have come, too.
			return r.has() == done.least || r.has() == done.least+1 || r.has() == policyCapacity
		})
		if done.alarm {
			alarms++
		}
		_ = srv.cmd.Process.Kill()
		_ = srv.cmd.Wait()
	}
	if r.clashes > 0 {
		t.Errorf("%d activities asked for two capacities", r.clashes)
	}
	t.Logf("%d changes of the capacity, %d alarms in %d rounds", len(r.asked), alarms, n)
}

// changeUntilKilled raises the minimum again and again and kills the server
// meanwhile, or, every other round, moments after an alarm.
func changeUntilKilled(t *testing.T, srv *process, url, at string, round int) (done scalableRound) {
	t.Helper()
	ctx, key := t.Context(), credentials.NewStaticCredentialsProvider("k", "s", "")
	scaling := applicationautoscaling.New(applicationautoscaling.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key, Retryer: aws.NopRetryer{}})
	metrics := cloudwatch.New(cloudwatch.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key, Retryer: aws.NopRetryer{}})
	done.target = applicationautoscaling.RegisterScalableTargetInput{
		ServiceNamespace: scalabletypes.ServiceNamespaceCustomResource, ResourceId: &at, ScalableDimension: scalabletypes.ScalableDimensionCustomResourceScalableDimension,
	}
	register := func(least, most int) error {
		done.target.MinCapacity, done.target.MaxCapacity = aws.Int32(int32(least)), aws.Int32(int32(most))
		_, err := scaling.RegisterScalableTarget(ctx, &done.target)
		return err
	}
	if err := register(1, mostAtFirst); err != nil {
		t.Fatal(err)
	}
	policy := must(t)(scaling.PutScalingPolicy(ctx, &applicationautoscaling.PutScalingPolicyInput{
		PolicyName: aws.String("out"), PolicyType: scalabletypes.PolicyTypeStepScaling, ServiceNamespace: done.target.ServiceNamespace, ResourceId: &at, ScalableDimension: done.target.ScalableDimension,
		StepScalingPolicyConfiguration: &scalabletypes.StepScalingPolicyConfiguration{
			AdjustmentType: scalabletypes.AdjustmentTypeExactCapacity, Cooldown: aws.Int32(0),
			StepAdjustments: []scalabletypes.StepAdjustment{{MetricIntervalLowerBound: aws.Float64(0), ScalingAdjustment: aws.Int32(policyCapacity)}},
		},
	})).(*applicationautoscaling.PutScalingPolicyOutput)
	must(t)(metrics.PutMetricAlarm(ctx, &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("busy"), Namespace: aws.String("App"), MetricName: aws.String("Load"), Statistic: types.StatisticAverage, Period: aws.Int32(3600),
		EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(1), ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold, AlarmActions: []string{*policy.PolicyARN},
		TreatMissingData: aws.String("ignore"),
	}))
	state := func(v types.StateValue) error {
		_, err := metrics.SetAlarmState(ctx, &cloudwatch.SetAlarmStateInput{
			AlarmName: aws.String("busy"), StateValue: v, StateReason: aws.String("test"), StateReasonData: aws.String(`{"recentDatapoints":[9.0],"threshold":1.0}`),
		})
		return err
	}
	if err := state(types.StateValueOk); err != nil {
		t.Fatal(err)
	}
	until := policyCapacity
	if round%2 == 0 {
		killed := time.AfterFunc(60*time.Millisecond+time.Duration(round%10)*13*time.Millisecond, func() { _ = srv.cmd.Process.Kill() })
		defer killed.Stop()
	} else {
		until = mostAtFirst + 2 + round%10
	}
	for least := mostAtFirst + 1; least < until; least++ {
		if register(least, policyCapacity+5) != nil {
			break // the server is gone
		}
		done.least = least
	}
	if round%2 == 1 {
		if err := state(types.StateValueAlarm); err != nil {
			t.Fatal(err)
		}
		done.alarm = true
		time.Sleep(time.Duration(round%7) * 3 * time.Millisecond)
	}
	_ = srv.cmd.Process.Kill()
	_ = srv.cmd.Wait()
	return done
}
