package conformance_test

import (
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	gocmp "github.com/google/go-cmp/cmp"
)

// eventSums returns the sums of metrics in AWS/Events over the last hour, as
// soon as all of them are as wanted; the keys are names with dimensions behind.
func (r router) eventSums(t *testing.T, want map[string]float64) {
	t.Helper()
	queries := map[string]*cloudwatch.GetMetricStatisticsInput{}
	for key := range want {
		in := &cloudwatch.GetMetricStatisticsInput{
			Namespace: aws.String("AWS/Events"), Period: aws.Int32(7200), Statistics: []cwtypes.Statistic{cwtypes.StatisticSum},
			StartTime: aws.Time(time.Now().Add(-2 * time.Hour)), EndTime: aws.Time(time.Now().Add(2 * time.Hour)),
		}
		words := strings.FieldsFunc(key, func(r rune) bool { return r == ' ' || r == '=' })
		in.MetricName, in.Dimensions = &words[0], dims(words[1:]...)
		queries[key] = in
	}
	var got map[string]float64
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		got = map[string]float64{}
		for key, in := range queries {
			out, err := r.cw.GetMetricStatistics(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range out.Datapoints {
				got[key] += *p.Sum
			}
		}
		if gocmp.Equal(want, got) {
			return
		}
	}
	t.Errorf("sums (-want +got):\n%s", gocmp.Diff(want, got))
}

func (r router) put(t *testing.T, entries ...types.PutEventsRequestEntry) (failed int32) {
	t.Helper()
	out, err := r.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: entries})
	if err != nil {
		t.Fatal(err)
	}
	return out.FailedEntryCount
}

func entryOn(bus string) types.PutEventsRequestEntry {
	return types.PutEventsRequestEntry{Source: aws.String("shop"), DetailType: aws.String("order"), Detail: aws.String("{}"), EventBusName: &bus}
}

const shopEvents = `{"source":["shop"]}`

// missingQueue is the ARN of a queue that is not there.
const missingQueue = "arn:aws:sqs:us-east-1:" + account + ":nobody"

// TestEventMetrics holds that the router counts under EventBridge's names and
// dimensions.
func TestEventMetrics(t *testing.T) {
	t.Parallel()
	r := newRouter(start(t))
	_, queue := r.queue(t, "orders")
	_, letters := r.queue(t, "letters")
	if _, err := r.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: aws.String("own")}); err != nil {
		t.Fatal(err)
	}
	r.rule(t, "default", "taken", shopEvents, types.Target{Id: aws.String("1"), Arn: &queue})
	r.rule(t, "default", "missing", shopEvents, types.Target{
		Id: aws.String("1"), Arn: aws.String(missingQueue), DeadLetterConfig: &types.DeadLetterConfig{Arn: &letters},
	}, types.Target{Id: aws.String("2"), Arn: &queue})
	r.rule(t, "own", "mine", shopEvents, types.Target{Id: aws.String("1"), Arn: &queue})
	r.rule(t, "own", "lost", shopEvents, types.Target{
		Id: aws.String("1"), Arn: &queue,
	}, types.Target{Id: aws.String("2"), Arn: aws.String(missingQueue), DeadLetterConfig: &types.DeadLetterConfig{Arn: aws.String(missingQueue)}})
	bad := entryOn("default")
	bad.Source = aws.String("aws.ec2") // AWS's own
	if failed := r.put(t, entryOn("default"), entryOn("default"), bad); failed != 1 {
		t.Errorf("%d entries failed", failed)
	}
	r.put(t, entryOn("own"), types.PutEventsRequestEntry{Source: aws.String("nobody"), DetailType: aws.String("x"), Detail: aws.String("{}")})
	r.eventSums(t, map[string]float64{
		"PutEventsApproximateCallCount":                                 2,
		"PutEventsApproximateSuccessCount":                              2,
		"PutEventsEntriesCount":                                         5,
		"PutEventsFailedEntriesCount":                                   1,
		"MatchedEvents EventBusName=default":                            2,
		"MatchedEvents EventBusName=own":                                1,
		"MatchedEvents RuleName=taken":                                  2,
		"MatchedEvents EventBusName=own RuleName=mine":                  1,
		"TriggeredRules":                                                6,
		"TriggeredRules EventBusName=default":                           4,
		"InvocationsCreated":                                            9,
		"Invocations":                                                   9,
		"Invocations RuleName=missing":                                  4,
		"Invocations EventBusName=own RuleName=lost":                    2,
		"FailedInvocations RuleName=missing":                            2,
		"FailedInvocations EventBusName=own RuleName=lost":              1,
		"InvocationsSentToDlq RuleName=missing":                         2,
		"InvocationsFailedToBeSentToDlq EventBusName=own RuleName=lost": 1,
		"InvocationAttempts":                                            9,
		"InvocationAttempts RuleName=missing":                           4,
		"InvocationAttempts EventBusName=default RuleName=missing":      4,
		"SuccessfulInvocationAttempts EventBusName=own":                 2,
		"SuccessfulInvocationAttempts":                                  6,
	})
	latency := &cloudwatch.GetMetricStatisticsInput{
		Namespace: aws.String("AWS/Events"), MetricName: aws.String("IngestionToInvocationSuccessLatency"), Period: aws.Int32(7200),
		StartTime: aws.Time(time.Now().Add(-2 * time.Hour)), EndTime: aws.Time(time.Now().Add(2 * time.Hour)), ExtendedStatistics: []string{"p99", "tm90"},
	}
	out, err := r.cw.GetMetricStatistics(t.Context(), latency)
	if err != nil || len(out.Datapoints) == 0 || out.Datapoints[0].Unit != cwtypes.StandardUnitMilliseconds || out.Datapoints[0].ExtendedStatistics["p99"] > 60e3 {
		t.Errorf("latency %s %v", show(out), err)
	}
}

// TestAlarmWatchesTheRouter holds that an alarm sees a rule whose target is
// missing, at the end of the minute, on a clock that the test sets forward.
func TestAlarmWatchesTheRouter(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	r := newRouter(serve(t, filepath.Join(t.TempDir(), "data"), func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }))
	r.rule(t, "default", "missing", shopEvents, types.Target{Id: aws.String("1"), Arn: aws.String(missingQueue)})
	put := func(name string) {
		t.Helper()
		_, err := r.cw.PutMetricAlarm(t.Context(), &cloudwatch.PutMetricAlarmInput{
			AlarmName: &name, Namespace: aws.String("AWS/Events"), MetricName: aws.String("FailedInvocations"), Dimensions: dims("RuleName", "missing"),
			Statistic: cwtypes.StatisticSum, Period: aws.Int32(60), EvaluationPeriods: aws.Int32(2), DatapointsToAlarm: aws.Int32(1), Threshold: aws.Float64(0),
			ComparisonOperator: cwtypes.ComparisonOperatorGreaterThanThreshold, TreatMissingData: aws.String("notBreaching"),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	put("router")
	r.put(t, entryOn("default"))
	r.eventSums(t, map[string]float64{"FailedInvocations RuleName=missing": 1})
	ahead.Store(int64(70 * time.Second)) // the minute's end, and the time that an alarm leaves to late data
	put("other")                         // the evaluator looks at its clock
	eventually(t, 20*time.Second, "no ALARM", func() bool {
		out, err := r.cw.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{"router"}})
		if err != nil {
			t.Fatal(err)
		}
		return out.MetricAlarms[0].StateValue == cwtypes.StateValueAlarm
	})
}

// TestCircleIsCounted holds that an event that runs in a circle of buses ends,
// and counts as AWS says it does.
func TestCircleIsCounted(t *testing.T) {
	t.Parallel()
	r := newRouter(start(t))
	if _, err := r.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: aws.String("ring")}); err != nil {
		t.Fatal(err)
	}
	r.rule(t, "ring", "around", shopEvents, types.Target{Id: aws.String("1"), Arn: aws.String("arn:aws:events:us-east-1:" + account + ":event-bus/ring")})
	r.put(t, entryOn("ring"))
	r.eventSums(t, map[string]float64{
		"MatchedEvents EventBusName=ring RuleName=around":         9,
		"Invocations EventBusName=ring RuleName=around":           8,
		"DeadLetterInvocations EventBusName=ring RuleName=around": 1,
	})
}

// TestEventMetricsWithTheCLI reads the router's metrics as people do.
func TestEventMetricsWithTheCLI(t *testing.T) {
	t.Parallel()
	a := newCLI(t, start(t))
	r := newRouter(a.server)
	r.rule(t, "default", "missing", shopEvents, types.Target{Id: aws.String("1"), Arn: aws.String(missingQueue)})
	r.put(t, entryOn("default"))
	r.eventSums(t, map[string]float64{"FailedInvocations RuleName=missing": 1})
	got := a.seen(t, "cloudwatch list-metrics --namespace AWS/Events --metric-name FailedInvocations --query Metrics[].Dimensions[]")
	if diff := gocmp.Diff(parsed(t, `[{"Name": "RuleName", "Value": "missing"}]`), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
