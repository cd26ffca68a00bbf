package conformance_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
	gocmp "github.com/google/go-cmp/cmp"
)

// router is the clients of one server's events and queues.
type router struct {
	*eventbridge.Client
	sqs *sqs.Client
	sns *sns.Client
	cw  *cloudwatch.Client
}

func newRouter(server string) router {
	const region = "us-east-1"
	return router{
		Client: eventbridge.New(eventbridge.Options{Region: region, BaseEndpoint: &server, Credentials: dummyKey, HTTPClient: patient{}, Retryer: aws.NopRetryer{}}),
		sqs:    sqs.New(sqs.Options{Region: region, BaseEndpoint: &server, Credentials: dummyKey, HTTPClient: patient{}, Retryer: aws.NopRetryer{}}),
		sns:    sns.New(sns.Options{Region: region, BaseEndpoint: &server, Credentials: dummyKey, HTTPClient: patient{}, Retryer: aws.NopRetryer{}}),
		cw:     cloudwatch.New(cloudwatch.Options{Region: region, BaseEndpoint: &server, Credentials: dummyKey, HTTPClient: patient{}, Retryer: aws.NopRetryer{}}),
	}
}

// queue makes a queue.
func (r router) queue(t *testing.T, name string) (url, arn string) {
	t.Helper()
	q, err := r.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name})
	if err != nil {
		t.Fatal(err)
	}
	return *q.QueueUrl, "arn:aws:sqs:us-east-1:" + account + ":" + name
}

// next waits for one message of a queue and deletes it.
func (r router) next(t *testing.T, url string) string {
	t.Helper()
	out, err := r.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 20})
	if err != nil || len(out.Messages) != 1 {
		t.Fatalf("%s: %v %v", url, out, err)
	}
	if _, err := r.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: out.Messages[0].ReceiptHandle}); err != nil {
		t.Fatal(err)
	}
	return *out.Messages[0].Body
}

// rule makes a rule with targets on a bus.
func (r router) rule(t *testing.T, bus, name, pattern string, to ...types.Target) {
	t.Helper()
	if _, err := r.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: &name, EventBusName: &bus, EventPattern: &pattern}); err != nil {
		t.Fatal(err)
	}
	out, err := r.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: &name, EventBusName: &bus, Targets: to})
	if err != nil || out.FailedEntryCount != 0 {
		t.Fatalf("%+v %v", out, err)
	}
}

// refused holds the code and the text of a refusal.
func refused(t *testing.T, what string, err error, code, text string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != code || !strings.HasPrefix(e.ErrorMessage(), text) {
		t.Errorf("%s: %v, want %s %s", what, err, code, text)
	}
}

// TestEvents puts events and reads what arrives: through a queue, a topic, and
// another bus.
func TestEvents(t *testing.T) {
	t.Parallel()
	r := newRouter(start(t))
	url, arn := r.queue(t, "direct")
	topicURL, topicQueue := r.queue(t, "topic")
	busURL, busQueue := r.queue(t, "bus")
	topic, err := r.sns.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("news")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.sns.Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: topic.TopicArn, Protocol: aws.String("sqs"), Endpoint: &topicQueue}); err != nil {
		t.Fatal(err)
	}
	bus, err := r.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: aws.String("audit")})
	if err != nil {
		t.Fatal(err)
	}
	r.rule(t, "audit", "all", `{"source":[{"prefix":""}]}`, types.Target{Id: aws.String("q"), Arn: &busQueue})
	r.rule(t, "default", "orders", `{"source":["shop"],"detail":{"total":[{"numeric":[">",10]}]}}`,
		types.Target{Id: aws.String("q"), Arn: &arn}, types.Target{Id: aws.String("t"), Arn: topic.TopicArn, Input: aws.String(`{"text":"an order"}`)},
		types.Target{Id: aws.String("b"), Arn: bus.EventBusArn})

	out, err := r.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
		{
			Source: aws.String("shop"), DetailType: aws.String("order"), Detail: aws.String(`{ "total" : 12.50, "note": "<a & b>" }`),
			Time: aws.Time(time.Date(2026, 5, 20, 11, 4, 5, 900e6, time.UTC)), Resources: []string{"arn:x"},
		},
		{Source: aws.String("shop"), DetailType: aws.String("order"), Detail: aws.String(`{"total":9}`)},
		{DetailType: aws.String("order"), Detail: aws.String(`{}`)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if out.FailedEntryCount != 1 || *out.Entries[2].ErrorCode != "InvalidArgument" ||
		*out.Entries[2].ErrorMessage != "Parameter Source is not valid. Reason: Source is a required argument." || out.Entries[0].EventId == nil {
		t.Errorf("%+v", out)
	}
	want := `{"version":"0","id":"` + *out.Entries[0].EventId + `","detail-type":"order","source":"shop","account":"` + account +
		`","time":"2026-05-20T11:04:05Z","region":"us-east-1","resources":["arn:x"],"detail":{"total":12.50,"note":"<a & b>"}}`
	for where, queue := range map[string]string{"queue": url, "bus": busURL} {
		if got := r.next(t, queue); got != want {
			t.Errorf("%s:\n%s, want\n%s", where, got, want)
		}
	}
	var e envelope
	if err := json.Unmarshal([]byte(r.next(t, topicURL)), &e); err != nil || e.Message != `{"text":"an order"}` {
		t.Errorf("topic: %+v %v", e, err)
	}

	_, err = r.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{}})
	refused(t, "no entries", err, "ValidationException", "1 validation error detected: Value '[]' at 'entries' failed to satisfy constraint: Member must have length greater than or equal to 1")
	_, err = r.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{Detail: aws.String(strings.Repeat("x", 1<<20+1))}}})
	refused(t, "too large", err, "ValidationException", "Total size of the entries in the request is over the limit.")
	testPattern(t, r)
}

func testPattern(t *testing.T, r router) {
	t.Helper()
	const event = `{"id":"1","account":"1","source":"s","time":"2026-05-20T11:04:05Z","region":"r","detail-type":"d"}`
	for pattern, want := range map[string]bool{`{"source":["s"]}`: true, `{"source":["x"]}`: false} {
		got, err := r.TestEventPattern(t.Context(), &eventbridge.TestEventPatternInput{EventPattern: &pattern, Event: aws.String(event)})
		if err != nil || got.Result != want {
			t.Errorf("%s: %+v %v", pattern, got, err)
		}
	}
	_, err := r.TestEventPattern(t.Context(), &eventbridge.TestEventPatternInput{EventPattern: aws.String(`{"source":["s"]}`), Event: aws.String(`{"id":"1"}`)})
	refused(t, "event", err, "ValidationException", "Parameter Event is not valid.")
	_, err = r.TestEventPattern(t.Context(), &eventbridge.TestEventPatternInput{EventPattern: aws.String(`{"source":"s"}`), Event: aws.String(event)})
	refused(t, "pattern", err, "InvalidEventPatternException", `Event pattern is not valid. Reason: "source" must be an object or an array`)
}

// TestDeadLetters holds that what a target cannot take ends in the target's
// dead-letter queue, as the event that it was.
func TestDeadLetters(t *testing.T) {
	t.Parallel()
	r := newRouter(start(t))
	url, arn := r.queue(t, "dead")
	missing := "arn:aws:sqs:us-east-1:" + account + ":missing"
	r.rule(t, "default", "r", `{"source":["shop"]}`, types.Target{
		Id: aws.String("q"), Arn: &missing, InputPath: aws.String("$.detail"), DeadLetterConfig: &types.DeadLetterConfig{Arn: &arn},
	})
	put, err := r.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
		{Source: aws.String("shop"), DetailType: aws.String("order"), Detail: aws.String(`{}`)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	out, err := r.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 20, MessageAttributeNames: []string{"All"}})
	if err != nil || len(out.Messages) != 1 {
		t.Fatalf("%+v %v", out, err)
	}
	m := out.Messages[0]
	if !strings.Contains(*m.Body, *put.Entries[0].EventId) {
		t.Errorf("body %s", *m.Body)
	}
	for name, want := range map[string]string{
		"RULE_ARN": "arn:aws:events:us-east-1:" + account + ":rule/r", "TARGET_ARN": missing, "ERROR_CODE": "NO_RESOURCE",
	} {
		if a := m.MessageAttributes[name]; a.StringValue == nil || *a.StringValue != want {
			t.Errorf("%s: %+v, want %s", name, a, want)
		}
	}
	fifo := arn + ".fifo"
	_, err = r.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("r"), Targets: []types.Target{
		{Id: aws.String("q"), Arn: &arn, DeadLetterConfig: &types.DeadLetterConfig{Arn: &fifo}},
	}})
	refused(t, "FIFO", err, "ValidationException", "Parameter DeadLetterConfig.Arn is not valid for target q.")
}

// TestAlarmEvents holds that a change of an alarm's state reaches the default
// bus, and a rule's target from there.
func TestAlarmEvents(t *testing.T) {
	t.Parallel()
	r := newRouter(start(t))
	url, arn := r.queue(t, "alarms")
	r.rule(t, "default", "alarms", `{"source":["aws.cloudwatch"],"detail-type":["CloudWatch Alarm State Change"],"detail":{"state":{"value":["ALARM"]}}}`,
		types.Target{Id: aws.String("q"), Arn: &arn, InputPath: aws.String("$.detail.alarmName")})
	_, err := r.cw.PutMetricAlarm(t.Context(), &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("hot"), Namespace: aws.String("App"), MetricName: aws.String("m"), Statistic: cwtypes.StatisticSum, Period: aws.Int32(60),
		EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(1), ComparisonOperator: cwtypes.ComparisonOperatorGreaterThanThreshold,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.cw.SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{AlarmName: aws.String("hot"), StateValue: cwtypes.StateValueAlarm, StateReason: aws.String("test")}); err != nil {
		t.Fatal(err)
	}
	if got := r.next(t, url); got != `"hot"` {
		t.Errorf("received %s", got)
	}
}

func TestEventBuses(t *testing.T) {
	t.Parallel()
	r := newRouter(start(t))
	for _, name := range []string{"zoo", "app"} {
		made, err := r.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: &name, Description: aws.String("d"), Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}}})
		if err != nil || *made.EventBusArn != "arn:aws:events:us-east-1:"+account+":event-bus/"+name || *made.Description != "d" {
			t.Fatalf("%+v %v", made, err)
		}
	}
	for name, text := range map[string]string{"zoo": "Event bus zoo already exists.", "default": "Event bus default already exists."} {
		_, err := r.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: &name})
		refused(t, "create", err, "ResourceAlreadyExistsException", text)
	}
	_, err := r.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: aws.String("a b")})
	refused(t, "name", err, "ValidationException", "1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [/\\.\\-_A-Za-z0-9]+")

	var names []string
	pages := eventbridge.ListEventBusesInput{Limit: aws.Int32(1)}
	for {
		page, err := r.ListEventBuses(t.Context(), &pages)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range page.EventBuses {
			names = append(names, *b.Name)
		}
		if pages.NextToken = page.NextToken; pages.NextToken == nil {
			break
		}
	}
	if diff := gocmp.Diff([]string{"app", "default", "zoo"}, names); diff != "" {
		t.Errorf("buses (-want +got)\n%s", diff)
	}
	if _, err := r.UpdateEventBus(t.Context(), &eventbridge.UpdateEventBusInput{Name: aws.String("zoo"), Description: aws.String("new")}); err != nil {
		t.Fatal(err)
	}
	permissions(t, r)

	_, err = r.DeleteEventBus(t.Context(), &eventbridge.DeleteEventBusInput{Name: aws.String("default")})
	refused(t, "delete", err, "ValidationException", "Cannot delete event bus default.")
	for range 2 { // the second has nothing to delete
		if _, err := r.DeleteEventBus(t.Context(), &eventbridge.DeleteEventBusInput{Name: aws.String("zoo")}); err != nil {
			t.Fatal(err)
		}
	}
	_, err = r.DescribeEventBus(t.Context(), &eventbridge.DescribeEventBusInput{Name: aws.String("zoo")})
	refused(t, "describe", err, "ResourceNotFoundException", "Event bus zoo does not exist.")
}

func permissions(t *testing.T, r router) {
	t.Helper()
	zoo := aws.String("zoo")
	if _, err := r.PutPermission(t.Context(), &eventbridge.PutPermissionInput{EventBusName: zoo, Action: aws.String("events:PutEvents"), Principal: aws.String("*"), StatementId: aws.String("all")}); err != nil {
		t.Fatal(err)
	}
	b, err := r.DescribeEventBus(t.Context(), &eventbridge.DescribeEventBusInput{Name: zoo})
	if err != nil || *b.Policy != `{"Version":"2012-10-17","Statement":[{"Sid":"all","Effect":"Allow","Principal":"*","Action":"events:PutEvents","Resource":"`+*b.Arn+`"}]}` ||
		*b.Description != "new" || b.CreationTime == nil || b.LastModifiedTime == nil {
		t.Errorf("%+v %v", b, err)
	}
	_, err = r.RemovePermission(t.Context(), &eventbridge.RemovePermissionInput{EventBusName: zoo, StatementId: aws.String("x")})
	refused(t, "statement", err, "ResourceNotFoundException", "Statement with the provided id does not exist.")
	if _, err := r.RemovePermission(t.Context(), &eventbridge.RemovePermissionInput{EventBusName: zoo, RemoveAllPermissions: true}); err != nil {
		t.Fatal(err)
	}
	if b, err = r.DescribeEventBus(t.Context(), &eventbridge.DescribeEventBusInput{Name: zoo}); err != nil || b.Policy != nil {
		t.Errorf("%+v %v", b, err)
	}
}

func TestEventRules(t *testing.T) {
	t.Parallel()
	r := newRouter(start(t))
	arn := "arn:aws:sqs:us-east-1:" + account + ":q"
	for _, name := range []string{"b", "a", "c"} {
		r.rule(t, "default", name, `{"source":["s"]}`, types.Target{Id: aws.String("1"), Arn: &arn})
	}
	// A put replaces the rule but for its targets: the description is gone.
	if _, err := r.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("a"), EventPattern: aws.String(`{"source":["s"]}`), Description: aws.String("d"), RoleArn: aws.String("arn:aws:iam::1:role/r"), State: types.RuleStateDisabled}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.EnableRule(t.Context(), &eventbridge.EnableRuleInput{Name: aws.String("a")}); err != nil {
		t.Fatal(err)
	}
	got, err := r.DescribeRule(t.Context(), &eventbridge.DescribeRuleInput{Name: aws.String("a")})
	if err != nil || *got.Description != "d" || *got.RoleArn != "arn:aws:iam::1:role/r" || got.State != types.RuleStateEnabled ||
		*got.Arn != "arn:aws:events:us-east-1:"+account+":rule/a" || *got.EventBusName != "default" || *got.CreatedBy != account {
		t.Errorf("%+v %v", got, err)
	}
	page, err := r.ListRules(t.Context(), &eventbridge.ListRulesInput{Limit: aws.Int32(2)})
	if err != nil || len(page.Rules) != 2 || page.NextToken == nil {
		t.Fatalf("%+v %v", page, err)
	}
	page, err = r.ListRules(t.Context(), &eventbridge.ListRulesInput{Limit: aws.Int32(2), NextToken: page.NextToken})
	if err != nil || len(page.Rules) != 1 || *page.Rules[0].Name != "c" || page.NextToken != nil {
		t.Fatalf("%+v %v", page, err)
	}
	names, err := r.ListRuleNamesByTarget(t.Context(), &eventbridge.ListRuleNamesByTargetInput{TargetArn: &arn})
	if err != nil || !gocmp.Equal(names.RuleNames, []string{"a", "b", "c"}) {
		t.Errorf("%+v %v", names, err)
	}

	_, err = r.DescribeRule(t.Context(), &eventbridge.DescribeRuleInput{Name: aws.String("x")})
	refused(t, "describe", err, "ResourceNotFoundException", "Rule x does not exist on EventBus default.")
	_, err = r.DeleteRule(t.Context(), &eventbridge.DeleteRuleInput{Name: aws.String("a")})
	refused(t, "delete", err, "ValidationException", "Rule can't be deleted since it has targets.")
	_, err = r.DeleteRule(t.Context(), &eventbridge.DeleteRuleInput{Name: aws.String("a"), EventBusName: aws.String("x")})
	refused(t, "bus", err, "ResourceNotFoundException", "Event bus x does not exist.")
	if _, err = r.DeleteRule(t.Context(), &eventbridge.DeleteRuleInput{Name: aws.String("x")}); err != nil {
		t.Errorf("delete of a rule that is not there: %v", err)
	}
	_, err = r.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("x"), EventPattern: aws.String("{")})
	refused(t, "pattern", err, "InvalidEventPatternException", "Event pattern is not valid. Reason: ")
	_, err = r.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("x"), ScheduleExpression: aws.String("rate(1 minutes)")})
	refused(t, "schedule", err, "ValidationException", "Parameter ScheduleExpression is not valid.")
}

func TestEventTargets(t *testing.T) {
	t.Parallel()
	r := newRouter(start(t))
	arn := "arn:aws:sqs:us-east-1:" + account + ":q"
	target := types.Target{
		Id: aws.String("1"), Arn: &arn,
		InputTransformer: &types.InputTransformer{InputPathsMap: map[string]string{"a": "$.detail.a"}, InputTemplate: aws.String(`{"a":<a>}`)},
		RetryPolicy:      &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(0), MaximumEventAgeInSeconds: aws.Int32(60)},
	}
	task := types.Target{
		Id: aws.String("2"), Arn: aws.String("arn:aws:kinesis:us-east-1:1:stream/s"), RoleArn: aws.String("arn:aws:iam::1:role/r"),
		KinesisParameters: &types.KinesisParameters{PartitionKeyPath: aws.String("$.detail.a")},
	}
	r.rule(t, "default", "r", `{"source":["s"]}`, task, types.Target{Id: aws.String("1"), Arn: aws.String("arn:aws:sns:us-east-1:1:x")}, target)
	got, err := r.ListTargetsByRule(t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: aws.String("r")})
	if err != nil {
		t.Fatal(err)
	}
	asText := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if diff := gocmp.Diff(asText([]types.Target{target, task}), asText(got.Targets)); diff != "" {
		t.Errorf("targets (-want +got)\n%s", diff)
	}
	removed, err := r.RemoveTargets(t.Context(), &eventbridge.RemoveTargetsInput{Rule: aws.String("r"), Ids: []string{"2", "x"}})
	if err != nil || removed.FailedEntryCount != 1 || *removed.FailedEntries[0].TargetId != "x" {
		t.Errorf("%+v %v", removed, err)
	}
	put := func(ts ...types.Target) error {
		_, err := r.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("r"), Targets: ts})
		return err
	}
	refused(t, "two inputs", put(types.Target{Id: aws.String("i"), Arn: &arn, Input: aws.String("{}"), InputPath: aws.String("$")}),
		"ValidationException", "Only one of Input, InputPath, or InputTransformer must be provided for target i.")
	refused(t, "placeholder", put(types.Target{Id: aws.String("i"), Arn: &arn, InputTransformer: &types.InputTransformer{InputTemplate: aws.String("<x>")}}),
		"ValidationException", "InputTemplate for target i contains invalid placeholder x.")
	var six []types.Target
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		six = append(six, types.Target{Id: &id, Arn: &arn})
	}
	refused(t, "six targets", put(six...), "LimitExceededException", "The requested resource exceeds the maximum number allowed.")
}

// TestEventsWithBoto3 holds what a Python program sees.
func TestEventsWithBoto3(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	got := script(t, "python3", "py/events.py", start(t))
	want := parsed(t, `{
		"bus": "arn:aws:events:eu-west-3:`+account+`:event-bus/shop",
		"rule": "arn:aws:events:eu-west-3:`+account+`:rule/shop/placed",
		"targets put": 0,
		"targets": [
			{"Id": "q", "Arn": "arn:aws:sqs:eu-west-3:`+account+`:orders", "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 60},
				"InputTransformer": {"InputPathsMap": {"id": "$.detail.id", "total": "$.detail.total"}, "InputTemplate": "{\"order\": \"<id>\", \"total\": <total>}"}},
			{"Id": "task", "Arn": "arn:aws:ecs:eu-west-3:000000000000:cluster/c", "EcsParameters": {
				"TaskDefinitionArn": "arn:aws:ecs:eu-west-3:000000000000:task-definition/t:1", "TaskCount": 2, "EnableECSManagedTags": false, "EnableExecuteCommand": false,
				"NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["subnet-1"]}}}}
		],
		"failed": 1, "codes": ["", "", "NotAuthorizedForSourceException"],
		"received": [{"order": "o-1", "total": 12.5}],
		"refusals": {
			"pattern": ["InvalidEventPatternException", "InvalidEventPatternException", "Event pattern is not valid. Reason: \"source\" must be an object or an array\n at [Source: (String)\"{\"source\": \"shop\"}\"; line: 1, column: 13]", 400],
			"schedule": ["ClientError", "ValidationException", "Parameter ScheduleExpression is not valid.", 400],
			"bus": ["ResourceNotFoundException", "ResourceNotFoundException", "Event bus gone does not exist.", 400],
			"rule": ["ResourceNotFoundException", "ResourceNotFoundException", "Rule gone does not exist on EventBus default.", 400],
			"default": ["ResourceAlreadyExistsException", "ResourceAlreadyExistsException", "Event bus default already exists.", 400],
			"delete": ["ClientError", "ValidationException", "Rule can't be deleted since it has targets.", 400]
		},
		"buses": ["default"]
	}`)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
}
