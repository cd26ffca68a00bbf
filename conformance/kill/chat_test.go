package kill_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

// TestKillChat kills the server while PagerDuty does not answer: the next life
// triggers, and later resolves, the same incident by the template that was set
// in the first.
func TestKillChat(t *testing.T) {
	const key = "0123456789abcdef0123456789abcdef"
	var up atomic.Bool
	asked, took := make(chan struct{}, 100), make(chan string, 100)
	pager := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the caller was killed
		}
		asked <- struct{}{}
		if !up.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		took <- string(body)
	}))
	t.Cleanup(pager.Close)

	dir := t.TempDir()
	first, url := startServer(t, dir)
	arn := pagerDestination(t, url, pager.URL, key)
	alarms := client(url)
	must(t)(alarms.PutMetricAlarm(t.Context(), &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("slow"), Namespace: aws.String("App"), MetricName: aws.String("Latency"), Statistic: cwtypes.StatisticAverage, Period: aws.Int32(60),
		EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(200), ComparisonOperator: cwtypes.ComparisonOperatorGreaterThanThreshold,
		AlarmActions: []string{arn}, OKActions: []string{arn},
	}))
	set := func(state cwtypes.StateValue) {
		t.Helper()
		must(t)(alarms.SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{AlarmName: aws.String("slow"), StateValue: state, StateReason: aws.String("by hand")}))
	}
	set(cwtypes.StateValueAlarm)
	<-asked
	_ = first.cmd.Process.Kill()
	_ = first.cmd.Wait()

	up.Store(true)
	_, url = startServer(t, dir)
	alarms = client(url)
	next := func(action string) {
		t.Helper()
		var e struct {
			Key    string `json:"routing_key"`
			Action string `json:"event_action"`
			Dedup  string `json:"dedup_key"`
		}
		select {
		case body := <-took:
			if err := json.Unmarshal([]byte(body), &e); err != nil || e.Key != key || e.Action != action || e.Dedup != "arn:aws:cloudwatch:us-east-1:000000000000:alarm:slow" {
				t.Errorf("%v: %s, want %s", err, body, action)
			}
		case <-time.After(30 * time.Second):
			t.Fatalf("no %s after the kill", action)
		}
	}
	next("trigger")
	set(cwtypes.StateValueOk)
	next("resolve")
}

// pagerDestination makes an API destination with PagerDuty's template.
func pagerDestination(t *testing.T, server, endpoint, key string) string {
	t.Helper()
	h := &eventHouse{}
	h.connect(server)
	c := must(t)(h.events.CreateConnection(t.Context(), &eventbridge.CreateConnectionInput{
		Name: aws.String("pager"), AuthorizationType: types.ConnectionAuthorizationTypeBasic,
		AuthParameters: &types.CreateConnectionAuthRequestParameters{BasicAuthParameters: &types.CreateConnectionBasicAuthRequestParameters{
			Username: aws.String("u"), Password: aws.String("p"),
		}},
	})).(*eventbridge.CreateConnectionOutput)
	d := must(t)(h.events.CreateApiDestination(t.Context(), &eventbridge.CreateApiDestinationInput{
		Name: aws.String("pager"), ConnectionArn: c.ConnectionArn, HttpMethod: types.ApiDestinationHttpMethodPost, InvocationEndpoint: &endpoint,
	})).(*eventbridge.CreateApiDestinationOutput)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, server+"/skywatch/v1/destinations/pager/template",
		strings.NewReader(`{"Kind":"pagerduty","RoutingKey":"`+key+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("template: %s", resp.Status)
	}
	return *d.ApiDestinationArn
}
