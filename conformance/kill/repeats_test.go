package kill_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/conformance/steady"
)

// mortal is a proxy whose server is killed when it has answered the first request,
// and starts anew; that answer is lost.
type mortal struct {
	t     *testing.T
	dir   string
	srv   *process
	url   string
	calls int
}

func (m *mortal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		m.t.Error(err)
		return
	}
	on, err := http.NewRequestWithContext(r.Context(), r.Method, m.url+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		m.t.Error(err)
		return
	}
	on.Header, on.Host = r.Header.Clone(), r.Host
	resp, err := steady.Client().Do(on)
	if err != nil {
		m.t.Error(err)
		return
	}
	defer func() { _ = resp.Body.Close() }()
	if m.calls++; m.calls == 1 {
		if resp.StatusCode != http.StatusOK {
			m.t.Errorf("the first attempt was answered %s", resp.Status)
		}
		_ = m.srv.cmd.Process.Kill()
		_ = m.srv.cmd.Wait()
		m.srv, m.url = startServer(m.t, m.dir)
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
}

// TestKillBeforeTheAnswer kills the server between what it kept and its answer: the
// SDK tries again by itself, with the next life, and the data count once.
func TestKillBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	m := &mortal{t: t, dir: t.TempDir()}
	m.srv, m.url = startServer(t, m.dir)
	proxy := httptest.NewServer(m)
	t.Cleanup(proxy.Close)
	o := client(proxy.URL).Options()
	o.RetryMaxAttempts = 3
	o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
	at := time.Now().Add(-time.Minute)
	must(t)(cloudwatch.New(o).PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{
		Namespace: aws.String("Repeats"), MetricData: []types.MetricDatum{{MetricName: aws.String("M"), Value: aws.Float64(1), Timestamp: &at}},
	}))
	out, err := client(m.url).GetMetricStatistics(t.Context(), &cloudwatch.GetMetricStatisticsInput{
		Namespace: aws.String("Repeats"), MetricName: aws.String("M"), Period: aws.Int32(60), Statistics: []types.Statistic{types.StatisticSampleCount},
		StartTime: aws.Time(at.Add(-time.Hour)), EndTime: aws.Time(at.Add(time.Hour)),
	})
	if err != nil || len(out.Datapoints) != 1 || *out.Datapoints[0].SampleCount != 1 || m.calls != 2 {
		t.Errorf("%v: %+v after %d attempts", err, out, m.calls)
	}
}
