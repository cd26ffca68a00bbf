package conformance_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"skywatch/server"
	"skywatch/targets/forward"
)

// forwarding serves with a profile that has some services of an account elsewhere.
func forwarding(t *testing.T, elsewhere string, services ...string) router {
	t.Helper()
	cfg := server.DefaultConfig()
	cfg.AccountID = "111111111111" // so that ARNs of account are not its own
	cfg.ForwardProfiles = forward.Profiles{{
		Services: services, Accounts: []string{account, "123456789012", "111111111111"}, Endpoint: elsewhere,
		Credentials: forward.Credentials{AccessKey: "AKIDEXAMPLE", SecretKey: "secret"},
	}}
	return newRouter(serveWith(t, cfg, filepath.Join(t.TempDir(), "data"), time.Now))
}

// shop puts a rule on the default bus that sends events of a shop to targets.
func (r router) shop(t *testing.T, all ...types.Target) {
	t.Helper()
	if _, err := r.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("shop"), EventPattern: aws.String(`{"source":["shop"]}`)}); err != nil {
		t.Fatal(err)
	}
	for batch := range slices.Chunk(all, 5) {
		if _, err := r.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("shop"), Targets: batch}); err != nil {
			t.Fatal(err)
		}
	}
	out, err := r.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
		{Source: aws.String("shop"), DetailType: aws.String("order"), Detail: aws.String(`{"id":7}`)},
	}})
	if err != nil || out.FailedEntryCount != 0 {
		t.Fatalf("put %s, %v", show(out), err)
	}
}

// TestForwardToAnother has one Skywatch send to queues, topics, buses and log
// groups of another, which has them from a client that signs as any other.
func TestForwardToAnother(t *testing.T) {
	t.Parallel()
	url := start(t)
	there := newRouter(url)
	queue, queueARN := there.queue(t, "orders")
	behind, behindARN := there.queue(t, "behind")
	topic, err := there.sns.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("orders")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := there.sns.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: topic.TopicArn, Protocol: aws.String("sqs"), Endpoint: &behindARN, Attributes: map[string]string{"RawMessageDelivery": "true"},
	}); err != nil {
		t.Fatal(err)
	}
	bus, err := there.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: aws.String("orders")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := there.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("all"), EventBusName: aws.String("orders"), EventPattern: aws.String(`{"source":["shop"]}`)}); err != nil {
		t.Fatal(err)
	}
	through, throughARN := there.queue(t, "through")
	if _, err := there.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("all"), EventBusName: aws.String("orders"), Targets: []types.Target{
		{Id: aws.String("q"), Arn: &throughARN, InputPath: aws.String("$.detail.id")},
	}}); err != nil {
		t.Fatal(err)
	}
	logs := cloudwatchlogs.New(cloudwatchlogs.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: dummyKey, Retryer: aws.NopRetryer{}})
	if _, err := logs.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("/aws/events/orders")}); err != nil {
		t.Fatal(err)
	}
	dead, deadARN := there.queue(t, "dead")
	input := aws.String(`"forwarded"`)
	here := forwarding(t, url, "sqs", "sns", "events", "logs", "states")
	here.shop(t,
		types.Target{Id: aws.String("queue"), Arn: &queueARN, Input: input},
		types.Target{Id: aws.String("topic"), Arn: topic.TopicArn, Input: input},
		types.Target{Id: aws.String("bus"), Arn: bus.EventBusArn},
		types.Target{Id: aws.String("log"), Arn: aws.String("arn:aws:logs:us-east-1:" + account + ":log-group:/aws/events/orders"), Input: input},
		types.Target{Id: aws.String("lost"), Arn: aws.String("arn:aws:sqs:us-east-1:" + account + ":gone"), DeadLetterConfig: &types.DeadLetterConfig{Arn: &deadARN}},
	)
	for url, want := range map[string]string{queue: `"forwarded"`, behind: `"forwarded"`, through: "7"} {
		if got := there.next(t, url); got != want {
			t.Errorf("%s: %s, want %s", url, got, want)
		}
	}
	if got := there.next(t, dead); !strings.Contains(got, `"source":"shop"`) {
		t.Errorf("the dead letter is %s", got)
	}
	eventually(t, 10*time.Second, "the event in the log group", func() bool {
		out, err := logs.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("/aws/events/orders")})
		return err == nil && len(out.Events) == 1 && *out.Events[0].Message == `"forwarded"`
	})
}

// TestForwardToMoto has rules, a schedule and an alarm act at servers that
// somebody else has written after AWS's.
func TestForwardToMoto(t *testing.T) {
	t.Parallel()
	if os.Getenv("SKYWATCH_MOTO") == "" {
		t.Skip("takes long to start: SKYWATCH_MOTO=1 runs it")
	}
	elsewhere := moto(t)
	cli := newCLI(t, elsewhere)
	cli.seen(t, "ecs create-cluster --cluster-name jobs")
	cli.seen(t, `ecs register-task-definition --family nightly --container-definitions [{"name":"app","image":"busybox","memory":64}]`)
	cli.seen(t, `stepfunctions create-state-machine --name orders --role-arn arn:aws:iam::123456789012:role/r --definition {"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}`)
	cli.seen(t, "firehose create-delivery-stream --delivery-stream-name d --s3-destination-configuration RoleARN=arn:aws:iam::123456789012:role/r,BucketARN=arn:aws:s3:::orders-put")
	cli.seen(t, "s3api create-bucket --bucket orders-put")
	cli.seen(t, "kinesis create-stream --stream-name s --shard-count 1")
	cli.seen(t, "ec2 run-instances --image-id ami-03cf127a --count 1")
	id, _ := cli.seen(t, "ec2 describe-instances --query Reservations[0].Instances[0].InstanceId").(string)

	here := forwarding(t, elsewhere, "ecs", "states", "firehose", "kinesis", "ec2", "ssm", "redshift-data")
	const at = ":us-east-1:123456789012:"
	role := aws.String("arn:aws:iam::123456789012:role/events")
	here.shop(t,
		types.Target{Id: aws.String("task"), RoleArn: role, Arn: aws.String("arn:aws:ecs" + at + "cluster/jobs"), EcsParameters: &types.EcsParameters{
			TaskDefinitionArn: aws.String("arn:aws:ecs" + at + "task-definition/nightly:1"), LaunchType: types.LaunchTypeFargate, TaskCount: aws.Int32(2),
			NetworkConfiguration: &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{Subnets: []string{"subnet-1"}}},
			Tags:                 []types.Tag{{Key: aws.String("order"), Value: aws.String("$.detail.id")}},
		}},
		types.Target{Id: aws.String("flow"), RoleArn: role, Arn: aws.String("arn:aws:states" + at + "stateMachine:orders"), InputPath: aws.String("$.detail")},
		types.Target{Id: aws.String("hose"), RoleArn: role, Arn: aws.String("arn:aws:firehose" + at + "deliverystream/d"), InputPath: aws.String("$.detail")},
		types.Target{Id: aws.String("stream"), RoleArn: role, Arn: aws.String("arn:aws:kinesis" + at + "stream/s"), InputPath: aws.String("$.detail")},
		types.Target{
			Id: aws.String("command"), RoleArn: role, Arn: aws.String("arn:aws:ssm:us-east-1::document/AWS-RunShellScript"), Input: aws.String(`{"commands":["date"]}`),
			RunCommandParameters: &types.RunCommandParameters{RunCommandTargets: []types.RunCommandTarget{{Key: aws.String("tag:role"), Values: []string{"web"}}}},
		},
	)
	_, err := here.cw.PutMetricAlarm(t.Context(), minimal("hot", func(in *cloudwatch.PutMetricAlarmInput) {
		in.Dimensions = []cwtypes.Dimension{{Name: aws.String("InstanceId"), Value: &id}}
		in.AlarmActions = []string{"arn:aws:automate:us-east-1:ec2:stop"}
	}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := here.cw.SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{AlarmName: aws.String("hot"), StateValue: "ALARM", StateReason: aws.String("by hand")}); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"ecs list-tasks --cluster jobs --query length(taskArns)":                                                                   "2",
		"stepfunctions list-executions --state-machine-arn arn:aws:states" + at + "stateMachine:orders --query length(executions)": "1",
		"ssm list-commands --query length(Commands)":                                                                               "1",
		"ec2 describe-instances --query Reservations[0].Instances[0].State.Name":                                                   `"stopped"`,
	} {
		eventually(t, 20*time.Second, query, func() bool {
			b, err := json.Marshal(cli.seen(t, query))
			return err == nil && string(b) == want
		})
	}
	shard, _ := cli.seen(t, "kinesis get-shard-iterator --stream-name s --shard-id shardId-000000000000 --shard-iterator-type TRIM_HORIZON --query ShardIterator").(string)
	if got, _ := cli.seen(t, "kinesis get-records --shard-iterator "+shard+" --query Records[0].Data").(string); got != "eyJpZCI6N30=" {
		t.Errorf("on the stream: %s", got)
	}
	eventually(t, 20*time.Second, "what was put to Firehose", func() bool {
		key, ok := cli.seen(t, "s3api list-objects --bucket orders-put --query Contents[0].Key").(string)
		return ok && key != ""
	})
	history, err := here.cw.DescribeAlarmHistory(t.Context(), &cloudwatch.DescribeAlarmHistoryInput{AlarmName: aws.String("hot"), HistoryItemType: cwtypes.HistoryItemTypeAction})
	if err != nil || len(history.AlarmHistoryItems) != 1 || *history.AlarmHistoryItems[0].HistorySummary != "Successfully executed action arn:aws:automate:us-east-1:ec2:stop" {
		t.Errorf("history %s, %v", show(history), err)
	}
}
