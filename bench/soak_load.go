package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// The load of a soak: well under what the server can do, so that what grows
// does not do so because it falls behind.
const (
	soakHosts  = 500 // series
	soakBatch  = 100 // data of a PutMetricData
	soakAlarms = 50  // of ten seconds, each changes its state now and then
	soakEvents = 10  // of a PutEvents
)

// soakLoad is what goes to the server, and what comes back.
type soakLoad struct {
	kinds   []*soakKind
	webhook *receiver
	called  atomic.Int64 // the webhook
	taken   atomic.Int64 // messages of the queue
}

// soakKind is a kind of request that is made again and again.
type soakKind struct {
	name     string
	every    time.Duration // at most so often
	do       func(context.Context) error
	requests atomic.Int64
	errors   atomic.Int64
	last     atomic.Pointer[error]
}

// run makes requests until ctx ends. Errors are counted: a soak goes on.
func (k *soakKind) run(ctx context.Context) error {
	tick := time.NewTicker(k.every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		err := k.do(ctx)
		if ctx.Err() != nil {
			return nil
		}
		k.requests.Add(1)
		if err != nil {
			k.errors.Add(1)
			k.last.Store(&err)
		}
	}
}

// worst tells the last error, if there was one.
func (k *soakKind) worst() string {
	if err := k.last.Load(); err != nil {
		return ", the last: " + (*err).Error()
	}
	return ""
}

// newSoakLoad sets up what the load needs: alarms that call a topic, and a rule
// that sends events to a queue and a webhook.
func newSoakLoad(ctx context.Context, r *router) (*soakLoad, error) {
	l := &soakLoad{}
	var err error
	if l.webhook, err = receive(func(_ http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body)
		l.called.Add(1)
	}); err != nil {
		return nil, err
	}
	queue, queueARN, err := r.queue(ctx, "soak")
	if err != nil {
		return nil, err
	}
	topic, err := r.topic(ctx, "soak", l.webhook.url)
	if err != nil {
		return nil, err
	}
	destination, err := r.destination(ctx, "soak", l.webhook.url)
	if err != nil {
		return nil, err
	}
	if err := r.rule(ctx, "soak", "soak", queueARN, destination); err != nil {
		return nil, err
	}
	metrics := cloudwatch.New(cloudwatch.Options{Region: region, BaseEndpoint: &r.url, Credentials: r.events.Options().Credentials, Retryer: aws.NopRetryer{}})
	if err := soakAlarm(ctx, metrics, topic); err != nil {
		return nil, err
	}
	l.kinds = []*soakKind{
		{name: "put", every: 50 * time.Millisecond, do: func(ctx context.Context) error { return soakPut(ctx, metrics) }},
		{name: "read", every: 100 * time.Millisecond, do: func(ctx context.Context) error { return soakRead(ctx, metrics) }},
		{name: "alarms", every: time.Second, do: func(ctx context.Context) error {
			_, err := metrics.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{})
			return err
		}},
		{name: "events", every: 50 * time.Millisecond, do: func(ctx context.Context) error { return r.caller.putEvents(ctx, soakEntries()) }},
		{name: "queue", every: time.Millisecond, do: func(ctx context.Context) error {
			_, err := r.takeSome(ctx, queue, 5, func([]byte) { l.taken.Add(1) })
			return err
		}},
	}
	return l, nil
}

func soakHost(i int) []types.Dimension {
	return []types.Dimension{{Name: aws.String("Host"), Value: aws.String(fmt.Sprint("host-", i))}}
}

func soakAlarm(ctx context.Context, metrics *cloudwatch.Client, topic string) error {
	for i := range soakAlarms {
		if _, err := metrics.PutMetricAlarm(ctx, &cloudwatch.PutMetricAlarmInput{
			AlarmName: aws.String(fmt.Sprint("soak-", i)), Namespace: aws.String("Soak"), MetricName: aws.String("Latency"), Dimensions: soakHost(i),
			Statistic: types.StatisticMaximum, Period: aws.Int32(10), EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(95),
			ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold, AlarmActions: []string{topic}, OKActions: []string{topic},
		}); err != nil {
			return err
		}
	}
	return nil
}

func soakPut(ctx context.Context, metrics *cloudwatch.Client) error {
	in := &cloudwatch.PutMetricDataInput{Namespace: aws.String("Soak")}
	for range soakBatch {
		in.MetricData = append(in.MetricData, types.MetricDatum{
			MetricName: aws.String("Latency"), Dimensions: soakHost(rand.IntN(soakHosts)), Value: aws.Float64(100 * rand.Float64()),
			Unit: types.StandardUnitMilliseconds, StorageResolution: aws.Int32(1),
		})
	}
	_, err := metrics.PutMetricData(ctx, in)
	return err
}

func soakRead(ctx context.Context, metrics *cloudwatch.Client) error {
	now := time.Now()
	_, err := metrics.GetMetricStatistics(ctx, &cloudwatch.GetMetricStatisticsInput{
		Namespace: aws.String("Soak"), MetricName: aws.String("Latency"), Dimensions: soakHost(rand.IntN(soakHosts)), Period: aws.Int32(60),
		StartTime: aws.Time(now.Add(-time.Hour)), EndTime: &now, ExtendedStatistics: []string{"p99"},
	})
	return err
}

func soakEntries() []byte {
	entry := `{"Source":"soak","DetailType":"order","Detail":"{\"id\":` + fmt.Sprint(rand.IntN(1_000_000)) + `,\"pad\":\"` + strings.Repeat("x", 200) + `\"}"}`
	return []byte(`{"Entries":[` + strings.Repeat(entry+",", soakEvents-1) + entry + `]}`)
}
