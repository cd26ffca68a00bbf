package skywatchtest_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"skywatch/skywatchtest"
)

// ask sends a request in CloudWatch's or SQS's JSON.
func ask(t testing.TB, url, target, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", target)
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	return send(t, r)
}

const metrics, queues = "GraniteServiceVersion20100801.", "AmazonSQS."

func TestReset(t *testing.T) {
	t.Parallel()
	s := skywatchtest.Start(t)
	for range 3 {
		if code, body := ask(t, s.URL, metrics+"PutMetricData", `{"Namespace": "App", "MetricData": [{"MetricName": "m", "Value": 1}]}`); code != 200 {
			t.Fatal(code, body)
		}
		before := s.Advance(time.Minute)
		if _, body := ask(t, s.URL, metrics+"ListMetrics", `{}`); !strings.Contains(body, `"App"`) {
			t.Errorf("before: %s", body)
		}
		s.Reset()
		if _, body := ask(t, s.URL, metrics+"ListMetrics", `{}`); strings.Contains(body, `"App"`) {
			t.Errorf("after: %s", body)
		}
		if !s.Now().Equal(before) {
			t.Errorf("the clock went from %v to %v", before, s.Now())
		}
	}
	if code, body := call(t, http.MethodPost, skywatchtest.Start(t, skywatchtest.RealClock()).URL+"/skywatch/v1/reset", ""); code != 409 {
		t.Errorf("a real clock: %d %s", code, body)
	}
}

// Requests that come while the rooms are closed wait, and are answered; a long poll
// that is under way ends at once.
func TestResetUnderLoad(t *testing.T) {
	t.Parallel()
	s := skywatchtest.Start(t)
	if code, body := ask(t, s.URL, queues+"CreateQueue", `{"QueueName": "q"}`); code != 200 {
		t.Fatal(code, body)
	}
	stop := make(chan struct{})
	var load sync.WaitGroup
	for range 4 {
		load.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if code, body := ask(t, s.URL, metrics+"PutMetricData", `{"Namespace": "App", "MetricData": [{"MetricName": "m", "Value": 1}]}`); code != 200 {
					t.Errorf("during a reset: %d %s", code, body)
				}
				_, _ = ask(t, s.URL, queues+"ReceiveMessage", `{"QueueUrl": "`+s.URL+`/`+s.AccountID+`/q", "WaitTimeSeconds": 20}`) // there, or gone
			}
		})
	}
	for range 5 {
		s.Advance(time.Minute)
		s.Reset()
	}
	close(stop)
	s.Reset() // ends the last polls
	load.Wait()
}
