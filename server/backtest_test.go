package server_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go"

	"skywatch/server"
)

// backtestAnswer is an answer of POST /skywatch/v1/alarms/backtest, as a client
// reads it.
type backtestAnswer struct {
	Evaluations []struct {
		Timestamp time.Time
		State     string
	}
	Transitions []struct {
		Timestamp                                          time.Time
		PreviousState, State, StateReason, StateReasonData string
		Recorded                                           *bool
	}
	ContributorTransitions []struct {
		ContributorID string `json:"ContributorId"`
		Attributes    map[string]string
		State         string
	}
	ComparedFrom *time.Time
	Count        int
	First        time.Time
	Interval     int
	ExactFrom    *time.Time
	Error, Code  string
}

func backtest(t *testing.T, s *server.Server, body string) (a backtestAnswer, status int) {
	t.Helper()
	resp, err := http.Post(s.URL()+"/skywatch/v1/alarms/backtest", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &a); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if resp.StatusCode == http.StatusOK && !bytes.HasPrefix(text, []byte(`{"Evaluations":[`)) && !bytes.HasPrefix(text, []byte(`{"Transitions":[`)) {
		t.Errorf("answer begins with %.40s", text)
	}
	return a, resp.StatusCode
}

const triedAlarm = `{"AlarmName":"slow","Namespace":"App","MetricName":"Latency","Statistic":"Average","Period":60,"EvaluationPeriods":1,
	"Threshold":100,"ComparisonOperator":"GreaterThanThreshold","Unit":"Milliseconds"}`

func TestBacktest(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil)
	now := time.Now().UTC().Truncate(time.Minute)
	from := now.Add(-10 * time.Minute)
	for minute, v := range []float64{50, 50, 300, 300, 50} {
		if err := put(t.Context(), client(s), v, from.Add(time.Duration(minute)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	stretch := `,"StartTime":"` + from.Format(time.RFC3339) + `","EndTime":"` + now.Format(time.RFC3339) + `"`
	got, status := backtest(t, s, `{"Alarm":`+triedAlarm+stretch+`}`)
	var states strings.Builder
	for i, e := range got.Evaluations {
		if want := from.Add(time.Duration(i) * time.Minute); !e.Timestamp.Equal(want) {
			t.Errorf("evaluation %d at %s, want %s", i, e.Timestamp, want)
		}
		states.WriteByte(e.State[0])
	}
	if status != http.StatusOK || states.String() != "IOOAAOOOIII" || got.Count != 11 || !got.First.Equal(from) || got.Interval != 60 || got.ExactFrom != nil {
		t.Errorf("%d: %s %+v", status, states.String(), got)
	}
	if len(got.Transitions) != 4 || !strings.HasPrefix(got.Transitions[1].StateReason, "Threshold Crossed: 1 datapoint [300.0 (") || !json.Valid([]byte(got.Transitions[1].StateReasonData)) {
		t.Errorf("%+v", got.Transitions)
	}
	// Without the evaluations, from another state, of an alarm that is there.
	in := &cloudwatch.PutMetricAlarmInput{}
	if err := json.Unmarshal([]byte(triedAlarm), in); err != nil {
		t.Fatal(err)
	}
	if _, err := client(s).PutMetricAlarm(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	got, status = backtest(t, s, `{"AlarmName":"slow","InitialState":"ALARM","OnlyTransitions":true`+stretch+`}`)
	if status != http.StatusOK || got.Evaluations != nil || len(got.Transitions) != 5 || got.Transitions[0].PreviousState != "ALARM" || got.Transitions[0].Recorded != nil {
		t.Errorf("%d: %+v", status, got)
	}
}

// An alarm on a query has contributors, of which the answer tells.
func TestBacktestOfContributors(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil)
	now := time.Now().UTC().Truncate(time.Minute)
	for host, v := range map[string]float64{"a": 10, "b": 90} {
		_, err := client(s).PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{Namespace: new("App"), MetricData: []types.MetricDatum{{
			MetricName: new("CPU"), Value: &v, Timestamp: new(now.Add(-5 * time.Minute)), Dimensions: []types.Dimension{{Name: new("Host"), Value: &host}},
		}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	got, status := backtest(t, s, `{"Alarm":{"AlarmName":"hosts","EvaluationPeriods":1,"Threshold":50,"ComparisonOperator":"GreaterThanThreshold",
		"Metrics":[{"Id":"q","Expression":"SELECT MAX(CPU) FROM SCHEMA(App, Host) GROUP BY Host ORDER BY MAX() DESC","Period":60}]},
		"StartTime":"`+now.Add(-5*time.Minute).Format(time.RFC3339)+`","EndTime":"`+now.Add(-3*time.Minute).Format(time.RFC3339)+`"}`)
	if status != http.StatusOK || len(got.Transitions) != 1 || got.Transitions[0].State != "ALARM" || len(got.ContributorTransitions) != 1 ||
		got.ContributorTransitions[0].Attributes["Host"] != "b" || got.ContributorTransitions[0].State != "ALARM" {
		t.Errorf("%d: %+v", status, got)
	}
}

// What PutMetricAlarm refuses a back-test refuses, with the same code and text.
func TestBacktestRefusesAsPutMetricAlarm(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil)
	for name, change := range map[string]func(*cloudwatch.PutMetricAlarmInput){
		"period":     func(p *cloudwatch.PutMetricAlarmInput) { *p.Period = 61 },
		"stretch":    func(p *cloudwatch.PutMetricAlarmInput) { *p.EvaluationPeriods = 2000 },
		"statistic":  func(p *cloudwatch.PutMetricAlarmInput) { p.Statistic = "Median" },
		"comparison": func(p *cloudwatch.PutMetricAlarmInput) { p.ComparisonOperator = "" },
		"action":     func(p *cloudwatch.PutMetricAlarmInput) { p.AlarmActions = []string{"arn:aws:nothing"} },
		"missing":    func(p *cloudwatch.PutMetricAlarmInput) { p.TreatMissingData = new("as good") },
		"name":       func(p *cloudwatch.PutMetricAlarmInput) { p.AlarmName = new("") },
	} {
		in := &cloudwatch.PutMetricAlarmInput{}
		if err := json.Unmarshal([]byte(triedAlarm), in); err != nil {
			t.Fatal(err)
		}
		change(in)
		_, err := client(s).PutMetricAlarm(t.Context(), in)
		var want smithy.APIError
		if !errors.As(err, &want) {
			t.Fatalf("%s: %v", name, err)
		}
		text, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		now := time.Now().UTC().Format(time.RFC3339)
		got, status := backtest(t, s, `{"Alarm":`+string(text)+`,"StartTime":"`+now+`","EndTime":"`+now+`"}`)
		if status != http.StatusBadRequest || got.Code != want.ErrorCode() || got.Error != want.ErrorMessage() {
			t.Errorf("%s: %d %s %q, want %s %q", name, status, got.Code, got.Error, want.ErrorCode(), want.ErrorMessage())
		}
	}
}

func TestBacktestRefuses(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), nil)
	now := time.Now().UTC()
	stretch := `,"StartTime":"` + now.Add(-time.Hour).Format(time.RFC3339) + `","EndTime":"` + now.Format(time.RFC3339) + `"}`
	for body, want := range map[string]string{
		``:                             "The body is not JSON",
		`{"Alarms":{}` + stretch:       `unknown field "Alarms"`,
		`{"Alarm":` + triedAlarm + `}`: "The parameter StartTime is required.",
		`{"Alarm":` + triedAlarm + `,"StartTime":"noon"}`:            "The body is not JSON",
		`{"StartTime":"2026-01-01T00:00:00Z"}`:                       "One of Alarm",
		`{"AlarmName":"a","Alarm":{}` + stretch:                      "One of Alarm",
		`{"AlarmName":"a"` + stretch:                                 "There is no alarm with the name a.",
		`{"Alarm":{"AlarmName":"a","Thresold":1}` + stretch:          "There is no member Thresold.",
		`{"Alarm":{"Dimensions":[{"Name":"a","Val":"b"}]}` + stretch: "There is no member Dimensions.Val.",
		`{"Alarm":{"Period":"long"}` + stretch:                       "Could not read Period",
		`{"Alarm":[]` + stretch:                                      "Expected an object",
	} {
		got, status := backtest(t, s, body)
		if status < 400 || status >= 500 || !strings.Contains(got.Error, want) || got.Code == "" {
			t.Errorf("%s: %d %+v, want %q", body, status, got, want)
		}
	}
}
