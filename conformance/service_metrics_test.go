package conformance_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	astypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"skywatch/schedule/ticker/tickertest"
	"skywatch/server"
)

// watched is a server whose time stands still until the test moves it, with
// alarms on what the server counts of itself; what they say arrives in a queue.
type watched struct {
	router
	t     *testing.T
	hand  *tickertest.Hand
	url   string
	topic string // of alarms
	told  string // the queue's URL
}

func newWatched(t *testing.T, cfg server.Config) *watched {
	t.Helper()
	hand := tickertest.NewHand(time.Now().UTC().Truncate(time.Minute))
	url := serveByHand(t, cfg, hand)
	w := &watched{router: newRouter(url), t: t, hand: hand, url: url}
	topic, err := w.sns.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("alarms")})
	if err != nil {
		t.Fatal(err)
	}
	var arn string
	w.told, arn = w.queue(t, "told")
	if _, err := w.sns.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: topic.TopicArn, Protocol: aws.String("sqs"), Endpoint: &arn, Attributes: map[string]string{"RawMessageDelivery": "true"},
	}); err != nil {
		t.Fatal(err)
	}
	w.topic = *topic.TopicArn
	return w
}

// alarm watches a metric of a service for one minute above a threshold.
func (w *watched) alarm(name, namespace, dimension, value string, statistic types.Statistic, threshold float64, actions ...string) {
	w.t.Helper()
	in := &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String(name), MetricName: aws.String(name), Namespace: &namespace, Statistic: statistic, Dimensions: dims(dimension, value),
		Period: aws.Int32(60), EvaluationPeriods: aws.Int32(1), Threshold: &threshold, ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
		AlarmActions: append([]string{w.topic}, actions...), OKActions: []string{w.topic},
	}
	if _, err := w.cw.PutMetricAlarm(w.t.Context(), in); err != nil {
		w.t.Fatal(err)
	}
}

// pass lets a minute pass, and the time that alarms leave to late data, once a
// metric has what is of that minute.
func (w *watched) pass(namespace, metric, dimension, value string) {
	w.t.Helper()
	from := w.hand.Now().Truncate(time.Minute)
	to := from.Add(time.Minute)
	w.hand.Set(to)
	eventually(w.t, 10*time.Second, metric, func() bool {
		w.hand.Set(to) // who set out to wait meanwhile looks again
		out, err := w.cw.GetMetricStatistics(w.t.Context(), &cloudwatch.GetMetricStatisticsInput{
			Namespace: &namespace, MetricName: &metric, Dimensions: dims(dimension, value), StartTime: &from, EndTime: &to, Period: aws.Int32(60),
			Statistics: []types.Statistic{types.StatisticMaximum},
		})
		if err != nil {
			w.t.Fatal(err)
		}
		return len(out.Datapoints) == 1
	})
	w.hand.Set(to.Add(10 * time.Second))
}

// becomes waits until alarms have told of their states, in any order.
func (w *watched) becomes(want map[string]string) {
	w.t.Helper()
	got := map[string]string{}
	eventually(w.t, 10*time.Second, fmt.Sprintf("want %v, got %v", want, got), func() bool {
		w.hand.Set(w.hand.Now())
		out, err := w.sqs.ReceiveMessage(w.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &w.told, MaxNumberOfMessages: 10})
		if err != nil {
			w.t.Fatal(err)
		}
		for _, m := range out.Messages {
			var e struct{ AlarmName, NewStateValue string }
			if err := json.Unmarshal([]byte(*m.Body), &e); err != nil {
				w.t.Fatal(err)
			}
			got[e.AlarmName] = e.NewStateValue
			if _, err := w.sqs.DeleteMessage(w.t.Context(), &sqs.DeleteMessageInput{QueueUrl: &w.told, ReceiptHandle: m.ReceiptHandle}); err != nil {
				w.t.Fatal(err)
			}
		}
		return len(got) >= len(want)
	})
	for name, state := range want {
		if got[name] != state {
			w.t.Errorf("%s is %s, want %s", name, got[name], state)
		}
	}
}

// TestAlarmsOnQueues: an alarm on a queue's depth scales a group, one on the age
// of its oldest message tells people, and both find their way back.
func TestAlarmsOnQueues(t *testing.T) {
	t.Parallel()
	cfg, folder := fleetConfig(t)
	w := newWatched(t, cfg)
	ctx := t.Context()
	f := fleet{Client: autoscaling.New(autoscaling.Options{Region: "us-east-1", BaseEndpoint: &w.url, Credentials: dummyKey, Retryer: aws.NopRetryer{}}), t: t, url: w.url, folder: folder}
	f.create("web", 1, 4)
	f.becomes("web", 1)
	policy, err := f.PutScalingPolicy(ctx, &autoscaling.PutScalingPolicyInput{
		AutoScalingGroupName: aws.String("web"), PolicyName: aws.String("out"), PolicyType: aws.String("StepScaling"), AdjustmentType: aws.String("ChangeInCapacity"),
		StepAdjustments: []astypes.StepAdjustment{{MetricIntervalLowerBound: aws.Float64(0), ScalingAdjustment: aws.Int32(2)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	work, _ := w.queue(t, "work")
	const depth, age = "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"
	w.alarm(depth, "AWS/SQS", "QueueName", "work", types.StatisticAverage, 2, *policy.PolicyARN)
	w.alarm(age, "AWS/SQS", "QueueName", "work", types.StatisticMaximum, 90)
	for i := range 3 {
		if _, err := w.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &work, MessageBody: aws.String(fmt.Sprint(i))}); err != nil {
			t.Fatal(err)
		}
	}
	w.pass("AWS/SQS", age, "QueueName", "work")
	w.becomes(map[string]string{depth: "ALARM", age: "OK"})
	f.becomes("web", 3)
	w.pass("AWS/SQS", age, "QueueName", "work")
	w.becomes(map[string]string{age: "ALARM"})

	for range 3 {
		w.next(t, work)
	}
	w.pass("AWS/SQS", age, "QueueName", "work")
	w.becomes(map[string]string{depth: "OK", age: "OK"})
}

// TestAlarmOnFunctionErrors: a function that fails is told to people.
func TestAlarmOnFunctionErrors(t *testing.T) {
	t.Parallel()
	w := newWatched(t, server.DefaultConfig())
	c := newLambda(w.url)
	made(t, c, python(t, "f"))
	w.alarm("Errors", "AWS/Lambda", "FunctionName", "f", types.StatisticSum, 0)
	if _, err := c.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("f"), Payload: []byte(`{"fail":true}`)}); err != nil {
		t.Fatal(err)
	}
	w.pass("AWS/Lambda", "Errors", "FunctionName", "f")
	w.becomes(map[string]string{"Errors": "ALARM"})
	if _, err := c.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("f"), Payload: []byte(`{}`)}); err != nil {
		t.Fatal(err)
	}
	w.pass("AWS/Lambda", "Errors", "FunctionName", "f")
	w.becomes(map[string]string{"Errors": "OK"})
}
