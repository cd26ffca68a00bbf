package conformance_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	gocmp "github.com/google/go-cmp/cmp"
)

// pager makes a topic whose messages come into a queue as they are.
func (s *still) pager(t *testing.T) (topic, queue string) {
	t.Helper()
	made, err := s.topics.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("ops")})
	if err != nil {
		t.Fatal(err)
	}
	url, arn := s.queue(t, "pager", map[string]string{"VisibilityTimeout": "43200"})
	if _, err := s.topics.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: made.TopicArn, Protocol: aws.String("sqs"), Endpoint: &arn, Attributes: map[string]string{"RawMessageDelivery": "true"},
	}); err != nil {
		t.Fatal(err)
	}
	return *made.TopicArn, url
}

// host puts a value of a host's metric as of now.
func (s *still) host(t *testing.T, name, host string, v float64) {
	t.Helper()
	now := s.Now()
	if _, err := s.metrics.PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{
		Namespace: aws.String("App"), MetricData: []types.MetricDatum{{MetricName: &name, Dimensions: dims("Host", host), Timestamp: &now, Value: &v}},
	}); err != nil {
		t.Fatal(err)
	}
}

// alarmMessage is what these tests look at of a message.
type alarmMessage struct {
	AlarmName, OldStateValue, NewStateValue, NewStateReason string
	AlarmContributorID                                      string `json:"AlarmContributorId"`
	AlarmContributorAttributes                              map[string]string
}

// paged takes the messages out of the queue, in the order of who they are about.
func (s *still) paged(t *testing.T, queue string) (all []alarmMessage) {
	t.Helper()
	for _, body := range s.bodies(t, queue) {
		var m alarmMessage
		if err := json.Unmarshal([]byte(body), &m); err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b alarmMessage) int {
		return strings.Compare(a.AlarmContributorAttributes["Host"], b.AlarmContributorAttributes["Host"])
	})
	return all
}

func stat(name, host string) *types.MetricStat {
	return &types.MetricStat{
		Metric: &types.Metric{Namespace: aws.String("App"), MetricName: &name, Dimensions: dims("Host", host)},
		Period: aws.Int32(60), Stat: aws.String("Sum"),
	}
}

// On metric math: from data of two metrics to the message in the queue.
func TestAlarmOnMath(t *testing.T) {
	t.Parallel()
	s := newStill(t)
	topic, queue := s.pager(t)
	if _, err := s.metrics.PutMetricAlarm(t.Context(), &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("rate"), AlarmActions: []string{topic}, EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(5),
		ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
		Metrics: []types.MetricDataQuery{
			{Id: aws.String("rate"), Expression: aws.String("100*errors/all"), Label: aws.String("errors of all")},
			{Id: aws.String("errors"), MetricStat: stat("Errors", "a"), ReturnData: aws.Bool(false)},
			{Id: aws.String("all"), MetricStat: stat("Requests", "a"), ReturnData: aws.Bool(false)},
		},
	}); err != nil {
		t.Fatal(err)
	}
	s.host(t, "Errors", "a", 6)
	s.host(t, "Requests", "a", 100)
	s.Advance(66 * time.Second)
	want := []alarmMessage{{
		AlarmName: "rate", OldStateValue: "INSUFFICIENT_DATA", NewStateValue: "ALARM",
		NewStateReason: "Threshold Crossed: 1 datapoint [6.0 (05/01/26 00:00:00)] was greater than the threshold (5.0).",
	}}
	if diff := gocmp.Diff(want, s.paged(t, queue)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	out, err := s.metrics.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{"rate"}})
	if err != nil {
		t.Fatal(err)
	}
	if data := aws.ToString(out.MetricAlarms[0].StateReasonData); strings.Contains(data, "statistic") || strings.Contains(data, "sampleCount") {
		t.Errorf("reason data of a math alarm: %s", data)
	}
}

// On Metrics Insights with GROUP BY: each host tells of itself.
func TestAlarmContributors(t *testing.T) {
	t.Parallel()
	s := newStill(t)
	topic, queue := s.pager(t)
	if _, err := s.metrics.PutMetricAlarm(t.Context(), &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("hosts"), AlarmActions: []string{topic}, OKActions: []string{topic}, EvaluationPeriods: aws.Int32(1),
		Threshold: aws.Float64(5), ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
		Metrics: []types.MetricDataQuery{{
			Id: aws.String("q"), Expression: aws.String("SELECT MAX(Load) FROM SCHEMA(App, Host) GROUP BY Host ORDER BY MAX() DESC"), Period: aws.Int32(60),
		}},
	}); err != nil {
		t.Fatal(err)
	}
	for host, v := range map[string]float64{"a": 6, "b": 7, "c": 1} {
		s.host(t, "Load", host, v)
	}
	s.Advance(66 * time.Second)
	crossed := "Threshold Crossed: 1 datapoint was greater than the threshold (5.0). The most recent datapoint which crossed the threshold: "
	want := []alarmMessage{
		{"hosts", "OK", "ALARM", crossed + "[6.0 (05/01/26 00:00:00)].", "", map[string]string{"Host": "a"}},
		{"hosts", "OK", "ALARM", crossed + "[7.0 (05/01/26 00:00:00)].", "", map[string]string{"Host": "b"}},
	}
	got := s.paged(t, queue)
	ids := map[string]string{}
	for i := range got {
		ids[got[i].AlarmContributorAttributes["Host"]] = got[i].AlarmContributorID
		got[i].AlarmContributorID = ""
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	out, err := s.metrics.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{"hosts"}})
	if err != nil {
		t.Fatal(err)
	}
	if a := out.MetricAlarms[0]; a.StateValue != types.StateValueAlarm || *a.StateReason != "2 out of 3 time series evaluated to ALARM" || a.EvaluationState != "" {
		t.Errorf("%s %s: %s", a.StateValue, a.EvaluationState, *a.StateReason)
	}
	now, err := s.metrics.DescribeAlarmContributors(t.Context(), &cloudwatch.DescribeAlarmContributorsInput{AlarmName: aws.String("hosts")})
	if err != nil {
		t.Fatal(err)
	}
	if len(now.AlarmContributors) != 2 {
		t.Fatalf("%d contributors", len(now.AlarmContributors))
	}
	for _, c := range now.AlarmContributors {
		if ids[c.ContributorAttributes["Host"]] != *c.ContributorId || len(*c.ContributorId) > 16 || c.StateTransitionedTimestamp == nil || !strings.HasPrefix(*c.StateReason, crossed) {
			t.Errorf("contributor %+v", c)
		}
	}
	id := ids["a"]
	history, err := s.metrics.DescribeAlarmHistory(t.Context(), &cloudwatch.DescribeAlarmHistoryInput{AlarmName: aws.String("hosts"), AlarmContributorId: &id, ScanBy: types.ScanByTimestampAscending})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []types.HistoryItemType
	for _, it := range history.AlarmHistoryItems {
		kinds = append(kinds, it.HistoryItemType)
	}
	if diff := gocmp.Diff([]types.HistoryItemType{types.HistoryItemTypeAlarmContributorStateUpdate, types.HistoryItemTypeAlarmContributorAction}, kinds); diff != "" {
		t.Errorf("history of a contributor (-want +got)\n%s", diff)
	}
	var none *types.ResourceNotFoundException
	_, err = s.metrics.DescribeAlarmContributors(t.Context(), &cloudwatch.DescribeAlarmContributorsInput{AlarmName: aws.String("nobody")})
	if !errors.As(err, &none) {
		t.Errorf("contributors of an unknown alarm: %v", err)
	}
}

// On PromQL: an element that stays for the pending period is told of, and once
// more when it has been gone for the recovery period.
func TestAlarmOnPromQL(t *testing.T) {
	t.Parallel()
	s := newStill(t)
	topic, queue := s.pager(t)
	put := func(query string) error {
		_, err := s.metrics.PutMetricAlarm(t.Context(), &cloudwatch.PutMetricAlarmInput{
			AlarmName: aws.String("load"), AlarmActions: []string{topic}, OKActions: []string{topic}, EvaluationInterval: aws.Int32(60),
			EvaluationCriteria: &types.EvaluationCriteriaMemberPromQLCriteria{Value: types.AlarmPromQLCriteria{
				Query: &query, PendingPeriod: aws.Int32(120), RecoveryPeriod: aws.Int32(60),
			}},
		})
		return err
	}
	if err := put("1 + 1"); err == nil || !strings.Contains(err.Error(), "instant vector") {
		t.Errorf("a query that returns no vector: %v", err)
	}
	if err := put(`Load{namespace="App", stat="Maximum"} > 5`); err != nil {
		t.Fatal(err)
	}
	if state := alarmState(t, s.metrics, "load"); state != types.StateValueOk {
		t.Errorf("a new alarm on PromQL is %s", state)
	}
	for range 3 {
		s.host(t, "Load", "a", 6)
		s.Advance(time.Minute)
	}
	if got := s.paged(t, queue); len(got) != 0 {
		t.Errorf("told while pending: %+v", got)
	}
	s.host(t, "Load", "a", 1)
	s.Advance(10 * time.Second)
	got := s.paged(t, queue)
	if len(got) != 1 || got[0].NewStateValue != "ALARM" || got[0].AlarmContributorAttributes["Host"] != "a" {
		t.Errorf("told %+v", got)
	}
	s.Advance(3 * time.Minute)
	got = s.paged(t, queue)
	if len(got) != 1 || got[0].NewStateValue != "OK" || got[0].NewStateReason != "No data was returned for this contributor" {
		t.Errorf("told %+v", got)
	}
	if state := alarmState(t, s.metrics, "load"); state != types.StateValueOk {
		t.Errorf("after its recovery %s", state)
	}
}

// A wall-clock window looks at whole hours of its time zone; a warm-up waits for
// data.
func TestAlarmWindowAndWarmUp(t *testing.T) {
	t.Parallel()
	s := newStill(t)
	topic, queue := s.pager(t)
	if _, err := s.metrics.PutMetricAlarm(t.Context(), minimal("hourly", func(in *cloudwatch.PutMetricAlarmInput) {
		in.Period, in.AlarmActions = aws.Int32(3600), []string{topic}
		in.EvaluationWindow = &types.EvaluationWindowMemberWallClockWindow{Value: types.WallClockWindow{Timezone: aws.String("Asia/Kolkata")}}
	})); err != nil {
		t.Fatal(err)
	}
	if _, err := s.metrics.PutMetricAlarm(t.Context(), minimal("warm", func(in *cloudwatch.PutMetricAlarmInput) {
		in.TreatMissingData, in.AlarmActions = aws.String("breaching"), []string{topic}
		in.WarmUpConfiguration = &types.WarmUpConfiguration{WarmUpPeriodDurationInMinutes: aws.Int32(20)}
	})); err != nil {
		t.Fatal(err)
	}
	s.Advance(10 * time.Minute)
	out, err := s.metrics.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []types.EvaluationState{"", "IN_WARM_UP"} {
		if a := out.MetricAlarms[i]; a.StateValue != types.StateValueInsufficientData || a.EvaluationState != want {
			t.Errorf("%s: %s %s", *a.AlarmName, a.StateValue, a.EvaluationState)
		}
	}
	s.put(t, 30)
	s.Advance(70 * time.Second)
	if got := s.paged(t, queue); len(got) != 1 || got[0].AlarmName != "warm" {
		t.Errorf("after the first datum: %+v", got)
	}
	s.AdvanceTo(monday.Add(30*time.Minute + 4*time.Second))
	if got := s.paged(t, queue); len(got) != 0 {
		t.Errorf("before the hour of Kolkata is over: %+v", got)
	}
	s.Advance(2 * time.Second)
	if got := s.paged(t, queue); len(got) != 1 || got[0].AlarmName != "hourly" {
		t.Errorf("after the hour of Kolkata: %+v", got)
	}
}
