package conformance_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	smithydocument "github.com/aws/smithy-go/document"
	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func newScheduler(server string, key aws.CredentialsProvider) *scheduler.Client {
	return scheduler.New(scheduler.Options{Region: "us-east-1", BaseEndpoint: &server, Credentials: key, HTTPClient: patient{}, Retryer: aws.NopRetryer{}})
}

const (
	scheduleARN = "arn:aws:scheduler:us-east-1:" + account + ":schedule/"
	scheduleRun = "arn:aws:iam::" + account + ":role/run"
)

// soon is an at() that is due.
func soon() *string { return aws.String(time.Now().UTC().Format("at(2006-01-02T15:04:05)")) }

func once(name string, target types.Target) *scheduler.CreateScheduleInput {
	target.RoleArn = aws.String(scheduleRun)
	return &scheduler.CreateScheduleInput{
		Name: &name, ScheduleExpression: soon(), Target: &target, ActionAfterCompletion: types.ActionAfterCompletionDelete,
		FlexibleTimeWindow: &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff},
	}
}

// TestScheduleGroups makes, tags, lists and deletes groups.
func TestScheduleGroups(t *testing.T) {
	t.Parallel()
	ctx, c := t.Context(), newScheduler(start(t), dummyKey)
	tags := []types.Tag{{Key: aws.String("team"), Value: aws.String("a b/c")}}
	made, err := c.CreateScheduleGroup(ctx, &scheduler.CreateScheduleGroupInput{Name: aws.String("billing"), Tags: tags, ClientToken: aws.String("t1")})
	if err != nil || *made.ScheduleGroupArn != "arn:aws:scheduler:us-east-1:"+account+":schedule-group/billing" {
		t.Fatalf("%v %v", made, err)
	}
	again, err := c.CreateScheduleGroup(ctx, &scheduler.CreateScheduleGroupInput{Name: aws.String("billing"), Tags: tags, ClientToken: aws.String("t1")})
	if err != nil || *again.ScheduleGroupArn != *made.ScheduleGroupArn {
		t.Errorf("the same request: %v %v", again, err)
	}
	_, err = c.CreateScheduleGroup(ctx, &scheduler.CreateScheduleGroupInput{Name: aws.String("billing")})
	refused(t, "a second", err, "ConflictException", "Schedule group billing already exists.")

	if _, err := c.TagResource(ctx, &scheduler.TagResourceInput{ResourceArn: made.ScheduleGroupArn, Tags: []types.Tag{{Key: aws.String("x"), Value: aws.String("y")}}}); err != nil {
		t.Error(err)
	}
	if _, err := c.UntagResource(ctx, &scheduler.UntagResourceInput{ResourceArn: made.ScheduleGroupArn, TagKeys: []string{"x", "z"}}); err != nil {
		t.Error(err)
	}
	listed, err := c.ListTagsForResource(ctx, &scheduler.ListTagsForResourceInput{ResourceArn: made.ScheduleGroupArn})
	if err != nil || gocmp.Diff(tags, listed.Tags, cmpopts.IgnoreUnexported(types.Tag{})) != "" {
		t.Errorf("tags %v %v", listed, err)
	}

	got, err := c.GetScheduleGroup(ctx, &scheduler.GetScheduleGroupInput{Name: aws.String("billing")})
	if err != nil || got.State != types.ScheduleGroupStateActive || time.Since(*got.CreationDate) > time.Minute {
		t.Errorf("%v %v", got, err)
	}
	var names []string
	pages := scheduler.NewListScheduleGroupsPaginator(c, &scheduler.ListScheduleGroupsInput{MaxResults: aws.Int32(1)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range page.ScheduleGroups {
			names = append(names, *g.Name)
		}
	}
	if diff := gocmp.Diff([]string{"billing", "default"}, names); diff != "" {
		t.Error(diff)
	}
	if _, err := c.DeleteScheduleGroup(ctx, &scheduler.DeleteScheduleGroupInput{Name: aws.String("billing")}); err != nil {
		t.Error(err)
	}
	_, err = c.GetScheduleGroup(ctx, &scheduler.GetScheduleGroupInput{Name: aws.String("billing")})
	refused(t, "after its end", err, "ResourceNotFoundException", "Schedule group billing does not exist.")
	_, err = c.DeleteScheduleGroup(ctx, &scheduler.DeleteScheduleGroupInput{Name: aws.String("default")})
	refused(t, "the default group", err, "ValidationException", "The default schedule group cannot be deleted.")
}

// TestSchedules creates, replaces, lists and deletes schedules, with signatures
// that are checked.
func TestSchedules(t *testing.T) {
	t.Parallel()
	server := start(t)
	key := makeKey(t, server)
	ctx, c := t.Context(), newScheduler(server, credentials.NewStaticCredentialsProvider(key.AccessKeyID, key.SecretAccessKey, ""))
	begin := time.Now().Add(time.Hour).Truncate(time.Second).UTC()
	in := &scheduler.CreateScheduleInput{
		Name: aws.String("nightly.report-1"), Description: aws.String("d"), ScheduleExpression: aws.String("cron(30 2 * * ? *)"),
		ScheduleExpressionTimezone: aws.String("Europe/Berlin"), StartDate: &begin, EndDate: aws.Time(begin.AddDate(1, 0, 0)), State: types.ScheduleStateEnabled,
		FlexibleTimeWindow: &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeFlexible, MaximumWindowInMinutes: aws.Int32(15)},
		Target: &types.Target{
			Arn: aws.String("arn:aws:ecs:us-east-1:" + account + ":cluster/c"), RoleArn: aws.String(scheduleRun), Input: aws.String(`{"a":1}`),
			EcsParameters: &types.EcsParameters{
				TaskDefinitionArn: aws.String("td"), TaskCount: aws.Int32(2), Tags: []map[string]string{{"k": "v"}},
				NetworkConfiguration:     &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{Subnets: []string{"s"}}},
				CapacityProviderStrategy: []types.CapacityProviderStrategyItem{{CapacityProvider: aws.String("FARGATE"), Base: 1, Weight: 2}},
			},
			RetryPolicy:      &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(0)},
			DeadLetterConfig: &types.DeadLetterConfig{Arn: aws.String("arn:aws:sqs:us-east-1:" + account + ":dead")},
		},
	}
	made, err := c.CreateSchedule(ctx, in)
	if err != nil || *made.ScheduleArn != scheduleARN+"default/nightly.report-1" {
		t.Fatalf("%v %v", made, err)
	}
	in.Target.RetryPolicy.MaximumEventAgeInSeconds = aws.Int32(86400)
	got, err := c.GetSchedule(ctx, &scheduler.GetScheduleInput{Name: in.Name})
	if err != nil {
		t.Fatal(err)
	}
	want := &scheduler.GetScheduleOutput{
		Arn: made.ScheduleArn, Name: in.Name, GroupName: aws.String("default"), Description: in.Description, ScheduleExpression: in.ScheduleExpression,
		ScheduleExpressionTimezone: in.ScheduleExpressionTimezone, StartDate: in.StartDate, EndDate: in.EndDate, State: in.State,
		FlexibleTimeWindow: in.FlexibleTimeWindow, Target: in.Target, ActionAfterCompletion: types.ActionAfterCompletionNone,
		CreationDate: got.CreationDate, LastModificationDate: got.CreationDate,
	}
	document := cmpopts.IgnoreTypes(smithydocument.NoSerde{}) // what the SDK's types embed
	loose := cmpopts.IgnoreFields(scheduler.GetScheduleOutput{}, "ResultMetadata")
	if diff := gocmp.Diff(want, got, loose, document); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	_, err = c.UpdateSchedule(ctx, &scheduler.UpdateScheduleInput{
		Name: in.Name, ScheduleExpression: aws.String("rate(2 minute)"), State: types.ScheduleStateDisabled,
		FlexibleTimeWindow: &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff},
		Target:             &types.Target{Arn: aws.String("arn:aws:sqs:us-east-1:" + account + ":q"), RoleArn: aws.String(scheduleRun)},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err = c.GetSchedule(ctx, &scheduler.GetScheduleInput{Name: in.Name, GroupName: aws.String("default")})
	if err != nil || got.Description != nil || got.StartDate != nil || got.Target.EcsParameters != nil || *got.ScheduleExpressionTimezone != "UTC" ||
		*got.Target.RetryPolicy.MaximumRetryAttempts != 185 || got.State != types.ScheduleStateDisabled || !got.LastModificationDate.After(*got.CreationDate) {
		t.Errorf("replaced: %+v %v", got, err)
	}
	page, err := c.ListSchedules(ctx, &scheduler.ListSchedulesInput{NamePrefix: aws.String("night"), GroupName: aws.String("default"), State: types.ScheduleStateDisabled})
	if err != nil || len(page.Schedules) != 1 || *page.Schedules[0].Arn != *made.ScheduleArn || *page.Schedules[0].Target.Arn != *got.Target.Arn {
		t.Errorf("listed: %v %v", page, err)
	}
	if _, err := c.DeleteSchedule(ctx, &scheduler.DeleteScheduleInput{Name: in.Name}); err != nil {
		t.Error(err)
	}
	_, err = c.DeleteSchedule(ctx, &scheduler.DeleteScheduleInput{Name: in.Name})
	refused(t, "after its end", err, "ResourceNotFoundException", "Schedule nightly.report-1 does not exist.")

	stranger := newScheduler(server, credentials.NewStaticCredentialsProvider(key.AccessKeyID, "wrong", ""))
	_, err = stranger.ListTagsForResource(ctx, &scheduler.ListTagsForResourceInput{ResourceArn: aws.String("arn:aws:scheduler:us-east-1:" + account + ":schedule-group/default")})
	refused(t, "a stranger", err, "InvalidSignatureException", "")
	if tags, err := c.ListTagsForResource(ctx, &scheduler.ListTagsForResourceInput{ResourceArn: aws.String("arn:aws:scheduler:us-east-1:" + account + ":schedule-group/default")}); err != nil {
		t.Errorf("an ARN in a signed path: %v %v", tags, err)
	}
}

// TestSchedulesRun holds what targets get: a queue, a bus, a universal target,
// and the dead-letter queue of a target that nothing carries to.
func TestSchedulesRun(t *testing.T) {
	t.Parallel()
	server := start(t)
	ctx, c, r := t.Context(), newScheduler(server, dummyKey), newRouter(server)
	url, arn := r.queue(t, "direct")
	busURL, busQueue := r.queue(t, "bus")
	sdkURL, _ := r.queue(t, "sdk")
	deadURL, dead := r.queue(t, "dead")
	if _, err := r.PutRule(ctx, &eventbridge.PutRuleInput{Name: aws.String("r"), EventPattern: aws.String(`{"source":["shop"],"detail-type":["due"]}`)}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: aws.String("r"), Targets: []ebtypes.Target{{Id: aws.String("q"), Arn: &busQueue, InputPath: aws.String("$.detail")}}}); err != nil {
		t.Fatal(err)
	}
	sdkInput := fmt.Sprintf(`{"QueueUrl": %q, "MessageBody": "by <aws.scheduler.schedule-arn>"}`, sdkURL)
	for name, target := range map[string]types.Target{
		"direct": {Arn: &arn, Input: aws.String("at <aws.scheduler.scheduled-time>, <aws.scheduler.execution-id>, attempt <aws.scheduler.attempt-number>")},
		"bus": {
			Arn: aws.String("arn:aws:events:us-east-1:" + account + ":event-bus/default"), Input: aws.String(`{"attempt": "<aws.scheduler.attempt-number>"}`),
			EventBridgeParameters: &types.EventBridgeParameters{DetailType: aws.String("due"), Source: aws.String("shop")},
		},
		"sdk":  {Arn: aws.String("arn:aws:scheduler:::aws-sdk:sqs:sendMessage"), Input: &sdkInput},
		"none": {Arn: aws.String("arn:aws:lambda:us-east-1:" + account + ":function:f"), Input: aws.String(`{"n":"<aws.scheduler.attempt-number>"}`), DeadLetterConfig: &types.DeadLetterConfig{Arn: &dead}},
	} {
		if _, err := c.CreateSchedule(ctx, once(name, target)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if got := r.next(t, url); !regexp.MustCompile(`^at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, [0-9a-f]{16}, attempt 1$`).MatchString(got) {
		t.Errorf("direct: %s", got)
	}
	if got := r.next(t, busURL); got != `{"attempt":"1"}` {
		t.Errorf("bus: %s", got)
	}
	if got := r.next(t, sdkURL); got != "by "+scheduleARN+"default/sdk" {
		t.Errorf("sdk: %s", got)
	}
	letter, err := r.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &deadURL, WaitTimeSeconds: 20, MessageAttributeNames: []string{"All"}})
	if err != nil || len(letter.Messages) != 1 {
		t.Fatalf("%v %v", letter, err)
	}
	said := attributeTexts(letter.Messages[0])
	for name, want := range map[string]string{
		"SCHEDULE_ARN": scheduleARN + "default/none", "TARGET_ARN": "arn:aws:lambda:us-east-1:" + account + ":function:f", "ERROR_CODE": "NO_RESOURCE",
		"ERROR_MESSAGE": "Function not found: arn:aws:lambda:us-east-1:" + account + ":function:f", "RETRY_ATTEMPTS": "0", "IS_PAYLOAD_TRUNCATED": "false",
	} {
		if said[name] != want {
			t.Errorf("%s is %q, want %q", name, said[name], want)
		}
	}
	if body := *letter.Messages[0].Body; body != `{"n":"1"}` || len(said["EXECUTION_ID"]) != 16 || said["SCHEDULED_TIME"] == "" {
		t.Errorf("%s %v", body, said)
	}
	if left, err := c.ListSchedules(ctx, &scheduler.ListSchedulesInput{}); err != nil || len(left.Schedules) != 0 {
		t.Errorf("left: %v %v", left, err)
	}
}

func attributeTexts(m sqstypes.Message) map[string]string {
	texts := map[string]string{}
	for name, a := range m.MessageAttributes {
		texts[name] = *a.StringValue
	}
	return texts
}

// TestSchedulerWithBoto3 holds what a Python program sees.
func TestSchedulerWithBoto3(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	got := script(t, "python3", "py/scheduler.py", start(t))
	want := parsed(t, `{
		"group": "arn:aws:scheduler:eu-west-3:`+account+`:schedule-group/g", "schedule": "arn:aws:scheduler:eu-west-3:`+account+`:schedule/g/s",
		"got": ["s", "g", "rate(1 minute)", "UTC", "ENABLED", "NONE", {"Mode": "OFF"}, {
			"Arn": "arn:aws:sqs:eu-west-3:`+account+`:q", "RoleArn": "arn:aws:iam::`+account+`:role/r", "Input": "run of <aws.scheduler.schedule-arn>",
			"RetryPolicy": {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}}],
		"received": ["run of arn:aws:scheduler:eu-west-3:`+account+`:schedule/g/s"],
		"updated": ["rate(5 minutes)", "DISABLED", {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5}],
		"groups": ["default", "g"], "schedules": ["s"], "tags": [[{"Key": "a", "Value": "b"}], []], "left": [],
		"refusals": {
			"expression": ["ValidationException", "ValidationException", "Invalid Schedule Expression rate(10 seconds).", 400],
			"zone": ["ValidationException", "ValidationException", "Invalid ScheduleExpressionTimezone Mars.", 400],
			"start": ["ValidationException", "ValidationException", "The StartDate you specify cannot be earlier than 5 minutes ago.", 400],
			"again": ["ConflictException", "ConflictException", "Schedule s already exists.", 409],
			"name": ["ValidationException", "ValidationException", "1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$", 400],
			"gone": ["ResourceNotFoundException", "ResourceNotFoundException", "Schedule gone does not exist.", 404],
			"group": ["ResourceNotFoundException", "ResourceNotFoundException", "Schedule group gone does not exist.", 404]
		}
	}`)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("seen (-want +got):\n%s", diff)
	}
}

// TestSchedulerCLI goes through docs/scheduler.md and every operation with the
// aws CLI.
func TestSchedulerCLI(t *testing.T) {
	t.Parallel()
	a := newCLI(t, start(t))
	r := newRouter(a.server)
	url, arn := r.queue(t, "reports")
	target := fmt.Sprintf(`{"Arn":%q,"RoleArn":%q,"Input":"{\"run\": \"<aws.scheduler.scheduled-time>\"}"}`, arn, scheduleRun)
	groupARN := "arn:aws:scheduler:us-east-1:" + account + ":schedule-group/reports"
	for _, step := range []struct {
		line string
		more []string
		want string
	}{
		{"scheduler create-schedule-group --name reports --tags Key=team,Value=billing", nil, `{"ScheduleGroupArn": "` + groupARN + `"}`},
		{"scheduler create-schedule --name once --group-name reports --flexible-time-window Mode=OFF --action-after-completion DELETE --schedule-expression " + *soon() + " --target", []string{target}, `{"ScheduleArn": "` + scheduleARN + `reports/once"}`},
		{"scheduler create-schedule --name daily --group-name reports --flexible-time-window Mode=FLEXIBLE,MaximumWindowInMinutes=15 --schedule-expression-timezone Europe/Berlin --target", []string{target, "--schedule-expression", "cron(0 9 ? * MON-FRI *)"}, `{"ScheduleArn": "` + scheduleARN + `reports/daily"}`},
		{"scheduler get-schedule --name daily --group-name reports --query [ScheduleExpression,State,FlexibleTimeWindow.MaximumWindowInMinutes]", nil, `["cron(0 9 ? * MON-FRI *)", "ENABLED", 15]`},
		{"scheduler update-schedule --name daily --group-name reports --state DISABLED --flexible-time-window Mode=OFF --target", []string{target, "--schedule-expression", "rate(1 day)"}, `{"ScheduleArn": "` + scheduleARN + `reports/daily"}`},
		{"scheduler list-schedules --group-name reports --state DISABLED --query Schedules[].Name", nil, `["daily"]`},
		{"scheduler list-schedule-groups --max-results 1 --query ScheduleGroups[].Name", nil, `["default"]`},
		{"scheduler get-schedule-group --name reports --query [Arn,State]", nil, `["` + groupARN + `", "ACTIVE"]`},
		{"scheduler tag-resource --tags Key=x,Value=y --resource-arn " + groupARN, nil, ""},
		{"scheduler untag-resource --tag-keys team --resource-arn " + groupARN, nil, ""},
		{"scheduler list-tags-for-resource --resource-arn " + groupARN, nil, `{"Tags": [{"Key": "x", "Value": "y"}]}`},
		{"scheduler delete-schedule --name daily --group-name reports", nil, ""},
		{"scheduler delete-schedule-group --name reports", nil, ""},
	} {
		got := a.seen(t, step.line, step.more...)
		if step.want == "" {
			if got != nil {
				t.Errorf("aws %s printed %v", step.line, got)
			}
			continue
		}
		if diff := gocmp.Diff(parsed(t, step.want), got); diff != "" {
			t.Errorf("aws %s (-want +got):\n%s", step.line, diff)
		}
	}
	if got := r.next(t, url); !strings.HasPrefix(got, `{"run": "20`) {
		t.Errorf("received %s", got)
	}
	if _, errs, err := a.run(t, "scheduler get-schedule --name gone"); err == nil || !strings.Contains(errs, "(ResourceNotFoundException) when calling the GetSchedule operation: Schedule gone does not exist.") {
		t.Errorf("%v %s", err, errs)
	}
}
