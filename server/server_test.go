package server_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"skywatch/conformance/steady"
	"skywatch/server"
)

// start serves dir on a free loopback port until the test ends.
func start(t *testing.T, dir string, change func(*server.Config)) *server.Server {
	t.Helper()
	cfg := server.DefaultConfig()
	cfg.Listen, cfg.DataDir = "127.0.0.1:0", filepath.Join(dir, "data")
	if change != nil {
		change(&cfg)
	}
	s, err := server.New(cfg, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	return s
}

func client(s *server.Server) *cloudwatch.Client {
	return cloudwatch.New(cloudwatch.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(s.URL()), RetryMaxAttempts: 1, HTTPClient: steady.Client(),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

func put(ctx context.Context, c *cloudwatch.Client, v float64, at time.Time) error {
	_, err := c.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{
		Namespace:  aws.String("App"),
		MetricData: []types.MetricDatum{{MetricName: aws.String("Latency"), Value: &v, Timestamp: &at, Unit: types.StandardUnitMilliseconds}},
	})
	return err
}

func TestTripOfADatapoint(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := time.Now().Truncate(time.Minute)
	s := start(t, dir, nil)
	for _, v := range []float64{212, 100, 300} {
		if err := put(t.Context(), client(s), v, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	s = start(t, dir, nil) // another process, as far as the data know
	list, err := client(s).ListMetrics(t.Context(), &cloudwatch.ListMetricsInput{Namespace: aws.String("App")})
	if err != nil || len(list.Metrics) != 1 {
		t.Fatalf("list: %v, %v", list, err)
	}
	got, err := client(s).GetMetricStatistics(t.Context(), &cloudwatch.GetMetricStatisticsInput{
		Namespace: aws.String("App"), MetricName: aws.String("Latency"), Period: aws.Int32(60),
		StartTime: aws.Time(at), EndTime: aws.Time(at.Add(time.Minute)),
		Statistics: []types.Statistic{"SampleCount", "Sum", "Maximum"}, ExtendedStatistics: []string{"p50"},
	})
	if err != nil || len(got.Datapoints) != 1 {
		t.Fatalf("statistics: %v, %v", got, err)
	}
	d := got.Datapoints[0]
	if *d.SampleCount != 3 || *d.Sum != 612 || *d.Maximum != 300 || d.ExtendedStatistics["p50"] != 212 || d.Unit != "Milliseconds" {
		t.Fatalf("got %+v", d)
	}
}

func TestHealthAndMetrics(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), func(c *server.Config) { c.BasePath = "/sky" })
	for path, want := range map[string]int{"/sky/healthz": 200, "/sky/metrics": 200, "/healthz": 400, "/sky/schedules": 200} {
		resp, err := http.Get(s.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("GET %s: %d %s", path, resp.StatusCode, body)
		}
	}
}

// TestStopDoesNotWaitForLongPolls holds that a receiver that waits for a
// message gets its empty answer when the server stops, and holds nothing up.
func TestStopDoesNotWaitForLongPolls(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil)
	queues := sqs.New(sqs.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(s.URL()), RetryMaxAttempts: 1, HTTPClient: steady.Client(),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	made, err := queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q")})
	if err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(s.URL(), "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	// The server says "100 Continue" once it works on the request, so that the
	// stop finds it there.
	body := fmt.Sprintf(`{"QueueUrl":%q,"WaitTimeSeconds":20}`, *made.QueueUrl)
	_, err = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: AmazonSQS.ReceiveMessage\r\n"+
		"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", host, len(body))
	if err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); err != nil || line != "HTTP/1.1 100 Continue\r\n" {
		t.Fatalf("%q, %v", line, err)
	}
	if _, err := io.WriteString(conn, body); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("stopped after %v", took)
	}
	if text, err := io.ReadAll(answers); err != nil || !bytes.Contains(text, []byte("HTTP/1.1 200 OK\r\n")) || !bytes.HasSuffix(text, []byte("{}")) {
		t.Errorf("the receiver got %s, %v", text, err)
	}
}

// TestAdminPathsThatAreNotThere holds that they are answered in the form of
// the others below /skywatch/v1, not as a request of AWS.
func TestAdminPathsThatAreNotThere(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil)
	for _, call := range []string{"GET /skywatch/v1/", "POST /skywatch/v1/backups", "PUT /skywatch/v1/keys", "DELETE /skywatch/v1/keys"} {
		method, path, _ := strings.Cut(call, " ")
		req, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		want := `{"Error":"` + call + ` is not offered by this version of Skywatch."}` + "\n"
		if err != nil || resp.StatusCode != http.StatusNotFound || string(body) != want {
			t.Errorf("%s: %s %s, %v", call, resp.Status, body, err)
		}
	}
}

func TestConfigurationDocument(t *testing.T) {
	t.Parallel()
	var want bytes.Buffer
	if err := server.WriteConfiguration(&want); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../docs/configuration.md")
	if err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Fatalf("docs/configuration.md is not what server.Config says: run make generate (%v)", err)
	}
}
