package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/server"
)

// deliveriesPage is the answer of GET /skywatch/v1/deliveries, as a client reads it.
type deliveriesPage struct {
	Deliveries []struct {
		ID, Target, Cause, Status, Code string
		Attempts                        int
	}
	Next, Error string
}

func deliveriesOf(t *testing.T, s *server.Server, method, path string) (p deliveriesPage, status int) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL()+"/skywatch/v1/deliveries"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil {
		t.Fatal(err)
	}
	return p, resp.StatusCode
}

// An alarm's action to a topic that is not there fails, is seen, and is put
// back on its way.
func TestDeliveriesAreSeenAndRedriven(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil)
	const topic = "arn:aws:sns:us-east-1:000000000000:nobody"
	_, err := client(s).PutMetricAlarm(t.Context(), &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("a"), Namespace: aws.String("App"), MetricName: aws.String("Latency"), Statistic: types.StatisticAverage,
		Period: aws.Int32(60), EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(1), AlarmActions: []string{topic},
		ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client(s).SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{
		AlarmName: aws.String("a"), StateValue: types.StateValueAlarm, StateReason: aws.String("test"),
	})
	if err != nil {
		t.Fatal(err)
	}
	filter := "?status=failed&limit=10&target=" + url.QueryEscape(topic)
	failed := func(want int) (p deliveriesPage) {
		t.Helper()
		for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			if p, _ = deliveriesOf(t, s, http.MethodGet, filter); len(p.Deliveries) == want {
				return p
			}
		}
		t.Fatalf("%d failed deliveries, want %d: %+v", len(p.Deliveries), want, p)
		return p
	}
	d := failed(1).Deliveries[0]
	if d.Code != "NO_RESOURCE" || d.Attempts != 1 || d.Target != topic || !strings.HasSuffix(d.Cause, ":alarm:a") {
		t.Errorf("delivery %+v", d)
	}
	if _, status := deliveriesOf(t, s, http.MethodPost, "/"+url.PathEscape(d.ID)+"/redrive"); status != http.StatusOK {
		t.Errorf("redrive answers %d", status)
	}
	if again := failed(2).Deliveries[0]; again.ID != d.ID {
		t.Errorf("redriven as %s, was %s", again.ID, d.ID)
	}
	for path, want := range map[string]string{
		"?limit=x": "limit must be", "?limit=1001": "limit must be", "?status=lost": "status must be", "?state=failed": "no parameter state", "?next=%3F": "next is not",
	} {
		if p, status := deliveriesOf(t, s, http.MethodGet, path); status != http.StatusBadRequest || !strings.Contains(p.Error, want) {
			t.Errorf("%s: %d %q", path, status, p.Error)
		}
	}
	if p, status := deliveriesOf(t, s, http.MethodPost, "/none/redrive"); status != http.StatusNotFound {
		t.Error(fmt.Sprint("redrive of nothing: ", status, p.Error))
	}
}
