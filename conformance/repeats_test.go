package conformance_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/google/go-cmp/cmp"

	"skywatch/conformance/steady"
)

// losing is a proxy to a server that breaks the connection in place of its first
// few answers.
func losing(t *testing.T, server string, answers int32) (url string, asked *atomic.Int32) {
	t.Helper()
	asked = new(atomic.Int32)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		on, err := http.NewRequestWithContext(r.Context(), r.Method, server+r.URL.RequestURI(), bytes.NewReader(body))
		if err != nil {
			t.Error(err)
			return
		}
		on.Header, on.Host = r.Header.Clone(), r.Host // as it was signed
		resp, err := steady.Client().Do(on)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = resp.Body.Close() }()
		if asked.Add(1) <= answers {
			panic(http.ErrAbortHandler)
		}
		for name, values := range resp.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(resp.StatusCode)
		_, _ = io.Copy(w, resp.Body)
	}))
	t.Cleanup(proxy.Close)
	return proxy.URL, asked
}

// counts returns a metric's SampleCount of the last hours.
func counts(t *testing.T, url, name string) float64 {
	t.Helper()
	out, err := monitoring(url, 1).GetMetricStatistics(t.Context(), &cloudwatch.GetMetricStatisticsInput{
		Namespace: aws.String("Repeats"), MetricName: &name, Period: aws.Int32(3600), Statistics: []types.Statistic{types.StatisticSampleCount},
		StartTime: aws.Time(time.Now().Add(-2 * time.Hour)), EndTime: aws.Time(time.Now().Add(time.Hour)),
	})
	if err != nil {
		t.Fatal(err)
	}
	n := 0.0
	for _, d := range out.Datapoints {
		n += *d.SampleCount
	}
	return n
}

// monitoring is a client that tries at once again.
func monitoring(url string, attempts int) *cloudwatch.Client {
	return cloudwatch.New(cloudwatch.Options{
		Region: "us-east-1", BaseEndpoint: &url, HTTPClient: steady.Client(), Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = attempts
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		}),
	})
}

// TestLostAnswer: an SDK that gets no answer tries again by itself, and the data
// count once; the same data put again count again.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	url := start(t)
	put := func(proxy, name string) {
		t.Helper()
		_, err := monitoring(proxy, 3).PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{
			Namespace: aws.String("Repeats"), MetricData: []types.MetricDatum{{MetricName: &name, Value: aws.Float64(1)}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Run("go", func(t *testing.T) {
		t.Parallel()
		proxy, asked := losing(t, url, 2)
		put(proxy, "Go")
		if n := counts(t, url, "Go"); n != 1 || asked.Load() != 3 {
			t.Errorf("SampleCount %v after %d attempts", n, asked.Load())
		}
		put(proxy, "Go")
		if n := counts(t, url, "Go"); n != 2 {
			t.Errorf("SampleCount %v after the same data were put again", n)
		}
	})
	t.Run("boto3", func(t *testing.T) {
		t.Parallel()
		needs(t, "boto3", "python3", "-c", "import boto3")
		proxy, asked := losing(t, url, 1)
		said := script(t, "python3", "py/repeats.py", proxy, "Boto")
		if diff := cmp.Diff(parsed(t, `{"attempts":2}`), said); diff != "" {
			t.Error(diff)
		}
		if n := counts(t, url, "Boto"); n != 1 || asked.Load() != 2 {
			t.Errorf("SampleCount %v after %d attempts", n, asked.Load())
		}
	})
}

// TestRepeatedImport: an import's batch that is sent again with its id counts once;
// without one it counts again, and so does another body.
func TestRepeatedImport(t *testing.T) {
	t.Parallel()
	url := start(t)
	send := func(id, value string) {
		t.Helper()
		line := `{"Namespace":"Repeats","MetricName":"Import","Timestamp":"` + time.Now().UTC().Truncate(time.Hour).Format(time.RFC3339) + `","Value":` + value + `}`
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/skywatch/v1/import", strings.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		if id != "" {
			req.Header.Set("amz-sdk-invocation-id", id)
		}
		resp, err := steady.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK || !strings.Contains(string(text), `"Imported":1`) {
			t.Errorf("%d %s", resp.StatusCode, text)
		}
	}
	for i, c := range []struct {
		id, value string
		want      float64
	}{{"a", "1", 1}, {"a", "1", 1}, {"b", "1", 2}, {"a", "2", 3}, {"", "1", 4}, {"", "1", 5}, {"a", "2", 5}} {
		send(c.id, c.value)
		if n := counts(t, url, "Import"); n != c.want {
			t.Errorf("batch %d: SampleCount %v, want %v", i, n, c.want)
		}
	}
}
