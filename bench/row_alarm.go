package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

const (
	alarmPeriod = 10 * time.Second
	// alarmSettle is the server's default for periods under a minute.
	alarmSettle = 2 * time.Second
)

// measureAlarm has one alarm act on a datum, and weighs a thousand alarms.
func measureAlarm(ctx context.Context, b *bench) ([]figure, error) {
	srv, err := b.start(filepath.Join(b.dir, "alarm"))
	if err != nil {
		return nil, err
	}
	defer srv.kill()
	t := newTransport()
	defer t.close()
	c := connect(srv.url, cbor(), false, t)

	b.progress("alarm: from the instant to the action")
	late, err := actOnce(ctx, srv, c)
	if err != nil {
		return nil, err
	}
	n := b.scaled(1000)
	b.progress("alarm: memory of %d alarms", n)
	bytes, cpu, err := weighAlarms(ctx, srv, c, n)
	if err != nil {
		return nil, err
	}
	return []figure{
		value("alarm: from instant + settle to its message in a queue", milliseconds(late), "ms", "p99 < 1 s", "one run; evaluations of an instant are spread over 500 ms"),
		value("memory per alarm", bytes/1024, "KiB", "", fmt.Sprintf("live heap of %d alarms without data; %s ms CPU to put one", n, number(cpu))),
	}, nil
}

// actOnce returns how long after its instant and the settle time an alarm's
// message is with its receiver.
func actOnce(ctx context.Context, srv *server, c *cloudwatch.Client) (time.Duration, error) {
	topic, inbox, err := openInbox(ctx, srv)
	if err != nil {
		return 0, err
	}
	alarm := alarmOn("acts", alarmPeriod)
	alarm.AlarmActions = []string{topic}
	if _, err := c.PutMetricAlarm(ctx, alarm); err != nil {
		return 0, err
	}
	// A datum early in a period: the instant is the period's end.
	start := time.Now().Truncate(alarmPeriod).Add(alarmPeriod)
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(time.Until(start.Add(time.Second))):
	}
	if _, err := c.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: alarm.Namespace, MetricData: []types.MetricDatum{{
		MetricName: alarm.MetricName, Value: aws.Float64(1), Timestamp: aws.Time(start.Add(time.Second)), StorageResolution: aws.Int32(1),
	}}}); err != nil {
		return 0, err
	}
	if err := inbox.expect(ctx, *alarm.AlarmName); err != nil {
		return 0, err
	}
	return time.Since(start.Add(alarmPeriod + alarmSettle)), nil
}

func alarmOn(name string, period time.Duration) *cloudwatch.PutMetricAlarmInput {
	return &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("bench-" + name), Namespace: aws.String(namespace), MetricName: aws.String(name), Statistic: types.StatisticSum,
		Period: aws.Int32(int32(period.Seconds())), EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(0),
		ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
	}
}

// inbox is a queue that a topic sends to.
type inbox struct {
	client *sqs.Client
	url    *string
}

func openInbox(ctx context.Context, srv *server) (topicARN string, in *inbox, err error) {
	in = &inbox{client: sqs.New(sqs.Options{Region: "us-east-1", BaseEndpoint: &srv.url, Credentials: testKey})}
	topics := sns.New(sns.Options{Region: "us-east-1", BaseEndpoint: &srv.url, Credentials: testKey})
	topic, err := topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("bench")})
	if err != nil {
		return "", nil, err
	}
	queue, err := in.client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("bench")})
	if err != nil {
		return "", nil, err
	}
	in.url = queue.QueueUrl
	a, err := in.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: in.url, AttributeNames: []sqstypes.QueueAttributeName{"QueueArn"}})
	if err != nil {
		return "", nil, err
	}
	_, err = topics.Subscribe(ctx, &sns.SubscribeInput{TopicArn: topic.TopicArn, Protocol: aws.String("sqs"), Endpoint: aws.String(a.Attributes["QueueArn"])})
	return *topic.TopicArn, in, err
}

// expect waits for the next message, which must tell of an alarm in ALARM.
func (i *inbox) expect(ctx context.Context, alarm string) error {
	for range 3 {
		out, err := i.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: i.url, WaitTimeSeconds: 20})
		if err != nil {
			return err
		}
		if len(out.Messages) == 0 {
			continue
		}
		var envelope struct{ Message string }
		var told struct{ AlarmName, NewStateValue string }
		if err := errors.Join(json.Unmarshal([]byte(*out.Messages[0].Body), &envelope), json.Unmarshal([]byte(envelope.Message), &told)); err != nil {
			return err
		}
		if told.AlarmName != alarm || told.NewStateValue != "ALARM" {
			return fmt.Errorf("the message tells of %+v", told)
		}
		return nil
	}
	return errors.New("no message came")
}

// weighAlarms puts n alarms and returns the live heap and the milliseconds of
// CPU that each took.
func weighAlarms(ctx context.Context, srv *server, c *cloudwatch.Client, n int) (bytes, cpu float64, err error) {
	before, err := srv.liveHeap(ctx)
	if err != nil {
		return 0, 0, err
	}
	used, err := srv.cpu()
	if err != nil {
		return 0, 0, err
	}
	for i := range n {
		if _, err := c.PutMetricAlarm(ctx, alarmOn(fmt.Sprintf("weighs-%05d", i), time.Minute)); err != nil {
			return 0, 0, err
		}
	}
	now, err := srv.cpu()
	if err != nil {
		return 0, 0, err
	}
	after, err := srv.liveHeap(ctx)
	return (after - before) / float64(n), milliseconds(now-used) / float64(n), err
}

// liveHeap is the server's heap right after a garbage collection.
func (s *server) liveHeap(ctx context.Context) (float64, error) {
	if err := fetch(ctx, s.debug+"heap?gc=1", ""); err != nil {
		return 0, err
	}
	m, err := s.metrics(ctx)
	return m["go_memstats_heap_alloc_bytes"], err
}
