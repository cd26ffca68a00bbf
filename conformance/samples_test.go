package conformance_test

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// scalar are the clients whose recorded GetMetricData asks for a number alone.
var scalar = map[string]bool{"go": true, "js": true}

// TestRecordedRequests plays the recorded requests of real clients to a server
// that lives in the minutes of their data, and counts what it has kept.
func TestRecordedRequests(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	if os.Getenv("SKYWATCH_BINARY") != "" {
		t.Skip("the program's clock cannot be set")
	}
	server := serve(t, filepath.Join(t.TempDir(), "data"), func() time.Time { return at.Add(5 * time.Minute) })
	for name, raw := range readAll(t, filepath.Join("testdata", "wire-samples")) {
		t.Run(name, func(t *testing.T) {
			answer := play(t, server, raw)
			switch _, op, _ := strings.Cut(strings.TrimSuffix(name, ".http"), "-"); {
			case strings.HasSuffix(op, "PutEvents"):
				answer.expect(t, 200, `"FailedEntryCount":0`)
			case strings.HasSuffix(op, "PutRule"):
				answer.expect(t, 200, ":rule/r1")
			case strings.HasSuffix(op, "GetMetricData") && scalar[strings.SplitN(name, "-", 2)[0]]:
				answer.expect(t, 400, "The final result must be a time series")
			case strings.HasSuffix(op, "GetMetricData"):
				answer.expect(t, 200, "MetricDataResult")
			default:
				answer.expect(t, 200, "")
			}
		})
	}
	// Seven clients sent 1.5 three times and 2 once, in one second.
	c := newCaller(server, dialects()[0])
	c.region = "us-east-1"
	c.as(dummyKey)
	c.run(t, row{name: "kept", in: &cloudwatch.GetMetricStatisticsInput{
		Namespace: aws.String("MyApp"), MetricName: aws.String("Latency"), Dimensions: dims("Host", "a"), Period: aws.Int32(1),
		StartTime: &at, EndTime: aws.Time(at.Add(time.Second)), Statistics: []types.Statistic{types.StatisticSampleCount, types.StatisticSum},
	}, want: &cloudwatch.GetMetricStatisticsOutput{Label: aws.String("Latency"), Datapoints: []types.Datapoint{{
		Timestamp: &at, Unit: types.StandardUnitMilliseconds, SampleCount: aws.Float64(28), Sum: aws.Float64(45.5),
	}}}})
}

// expect holds status and a part of the body.
func (r *recorder) expect(t *testing.T, status int, part string) {
	t.Helper()
	if r.status != status || !strings.Contains(string(r.body), part) {
		t.Errorf("%d %q, want %d with %q", r.status, r.body, status, part)
	}
}

// play sends a recorded request as it was, to another host.
func play(t *testing.T, server string, raw []byte) *recorder {
	t.Helper()
	req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	req.URL.Scheme, req.URL.Host, req.RequestURI = to.Scheme, to.Host, ""
	req.Host = to.Host // local mode guards the name it is called by
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	answer := &recorder{}
	if _, err := answer.Do(req.WithContext(t.Context())); err != nil {
		t.Fatal(err)
	}
	return answer
}
