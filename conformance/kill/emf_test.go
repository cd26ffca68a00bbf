package kill_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"skywatch/conformance/steady"
)

func logClient(url string) *cloudwatchlogs.Client {
	return cloudwatchlogs.New(cloudwatchlogs.Options{
		Region: "us-east-1", BaseEndpoint: &url, RetryMaxAttempts: 1, HTTPClient: steady.Client(), Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

var (
	emfGroup  = aws.String("app")
	emfStream = aws.String("s")
)

// putDocument puts a log event that is a document: one sample at a minute.
func putDocument(ctx context.Context, c *cloudwatchlogs.Client, at time.Time) error {
	message := fmt.Sprintf(`{"_aws":{"Timestamp":%d,"CloudWatchMetrics":[{"Namespace":"Documents","Dimensions":[[]],"Metrics":[{"Name":"M"}]}]},"M":1}`, at.UnixMilli())
	_, err := c.PutLogEvents(ctx, &cloudwatchlogs.PutLogEventsInput{
		LogGroupName: emfGroup, LogStreamName: emfStream, LogEvents: []logtypes.InputLogEvent{{Timestamp: aws.Int64(at.UnixMilli()), Message: &message}},
	})
	return err
}

// TestKillDocuments: an acknowledged PutLogEvents has the log event and the metric
// in it; one that was not may have the log event, and the metric only with it.
func TestKillDocuments(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 7))
	dir, base := filepath.Join(t.TempDir(), "data"), baseMinute()
	srv, url := startServer(t, dir)
	c := logClient(url)
	if _, err := c.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: emfGroup}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.CreateLogStream(t.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: emfGroup, LogStreamName: emfStream}); err != nil {
		t.Fatal(err)
	}
	minute, unknown := 0, map[int]bool{}
	for range min(rounds(t), 4) {
		c = logClient(url)
		if err := putDocument(t.Context(), c, base.Add(time.Duration(minute)*time.Minute)); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(random.IntN(100))*time.Millisecond, func() { _ = srv.cmd.Process.Kill() })
		for minute++; putDocument(t.Context(), c, base.Add(time.Duration(minute)*time.Minute)) == nil; minute++ {
		}
		unknown[minute] = true
		minute++
		timer.Stop()
		_ = srv.cmd.Wait()
		srv, url = startServer(t, dir)
	}
	events, samples := documentsSeen(t, url, base, minute)
	for n := range minute {
		switch e, s := events[n], samples[n]; {
		case unknown[n] && (e == 1 || e == 0) && (s == 0 || s == e):
		case !unknown[n] && e == 1 && s == 1:
		default:
			t.Errorf("document %d of %d, unknown outcome %v: %v log events and %v samples (seed %d)", n, minute, unknown[n], e, s, seed)
		}
	}
	t.Logf("%d documents", minute-len(unknown))
}

// documentsSeen counts log events and samples by minute.
func documentsSeen(t *testing.T, url string, base time.Time, minutes int) (events, samples map[int]float64) {
	t.Helper()
	events, samples = map[int]float64{}, map[int]float64{}
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(logClient(url), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: emfGroup})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Events {
			events[int(time.UnixMilli(*e.Timestamp).Sub(base)/time.Minute)]++
		}
	}
	data, err := client(url).GetMetricData(t.Context(), &cloudwatch.GetMetricDataInput{
		StartTime: &base, EndTime: aws.Time(base.Add(time.Duration(minutes) * time.Minute)),
		MetricDataQueries: []types.MetricDataQuery{{Id: aws.String("m"), MetricStat: &types.MetricStat{
			Metric: &types.Metric{Namespace: aws.String("Documents"), MetricName: aws.String("M")}, Period: aws.Int32(60), Stat: aws.String("SampleCount"),
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, at := range data.MetricDataResults[0].Timestamps {
		samples[int(at.Sub(base)/time.Minute)] = data.MetricDataResults[0].Values[i]
	}
	return events, samples
}
