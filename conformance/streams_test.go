package conformance_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	sdk "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

func newStreams(server string) *sdk.Client {
	return sdk.New(sdk.Options{Region: "us-east-1", BaseEndpoint: &server, Credentials: dummyKey, HTTPClient: patient{}, Retryer: aws.NopRetryer{}})
}

// streamed reads what a shard has from its beginning on.
func streamed(t *testing.T, c *sdk.Client, stream, shard string) []types.Record {
	t.Helper()
	it, err := c.GetShardIterator(t.Context(), &sdk.GetShardIteratorInput{StreamName: &stream, ShardId: &shard, ShardIteratorType: types.ShardIteratorTypeTrimHorizon})
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.GetRecords(t.Context(), &sdk.GetRecordsInput{ShardIterator: it.ShardIterator})
	if err != nil {
		t.Fatal(err)
	}
	return out.Records
}

// TestStreams: what one client does, another sees.
func TestStreams(t *testing.T) {
	t.Parallel()
	server := start(t)
	c, other, ctx := newStreams(server), newStreams(server), t.Context()
	name, arn := aws.String("orders"), aws.String("arn:aws:kinesis:us-east-1:"+account+":stream/orders")
	if _, err := c.CreateStream(ctx, &sdk.CreateStreamInput{StreamName: name, ShardCount: aws.Int32(3), Tags: map[string]string{"team": "web"}}); err != nil {
		t.Fatal(err)
	}
	_, err := c.CreateStream(ctx, &sdk.CreateStreamInput{StreamName: name, ShardCount: aws.Int32(1)})
	refused(t, "again", err, "ResourceInUseException", "Stream orders under account "+account+" already exists.")
	if err := sdk.NewStreamExistsWaiter(c).Wait(ctx, &sdk.DescribeStreamInput{StreamName: name}, time.Second); err != nil {
		t.Error(err)
	}
	in := &sdk.PutRecordsInput{StreamARN: arn}
	for i := range 500 {
		in.Records = append(in.Records, types.PutRecordsRequestEntry{Data: fmt.Append(nil, i), PartitionKey: aws.String(fmt.Sprint("k", i))})
	}
	put, err := c.PutRecords(ctx, in)
	if err != nil || *put.FailedRecordCount != 0 {
		t.Fatalf("%+v %v", put, err)
	}
	shards, err := other.ListShards(ctx, &sdk.ListShardsInput{StreamName: name})
	if err != nil || len(shards.Shards) != 3 {
		t.Fatalf("%+v %v", shards, err)
	}
	seen := 0
	for _, sh := range shards.Shards {
		last := ""
		for _, r := range streamed(t, other, *name, *sh.ShardId) {
			if *r.SequenceNumber <= last || *r.SequenceNumber < *sh.SequenceNumberRange.StartingSequenceNumber {
				t.Errorf("%s after %s", *r.SequenceNumber, last)
			}
			last = *r.SequenceNumber
			seen++
		}
	}
	if seen != 500 {
		t.Errorf("%d records of 500", seen)
	}
	_, err = c.PutRecord(ctx, &sdk.PutRecordInput{StreamName: aws.String("none"), Data: []byte("x"), PartitionKey: aws.String("k")})
	refused(t, "no stream", err, "ResourceNotFoundException", "Stream none under account "+account+" not found.")
	_, err = c.PutRecord(ctx, &sdk.PutRecordInput{StreamName: name, Data: make([]byte, 1<<20), PartitionKey: aws.String("k")})
	refused(t, "large", err, "ValidationException", "1 validation error detected: Value at 'data' failed to satisfy constraint: Member must have length less than or equal to 1048575")
	_, err = c.PutRecords(ctx, &sdk.PutRecordsInput{StreamName: name, Records: []types.PutRecordsRequestEntry{
		{Data: []byte("x"), PartitionKey: aws.String("k")}, {Data: make([]byte, 1<<20), PartitionKey: aws.String("k")},
	}})
	refused(t, "the second is large", err, "ValidationException", "1 validation error detected: Value at 'records.2.member.data' failed to satisfy constraint: Member must have length less than or equal to 1048575")
	if _, err := c.IncreaseStreamRetentionPeriod(ctx, &sdk.IncreaseStreamRetentionPeriodInput{StreamName: name, RetentionPeriodHours: aws.Int32(48)}); err != nil {
		t.Error(err)
	}
	sum, err := other.DescribeStreamSummary(ctx, &sdk.DescribeStreamSummaryInput{StreamARN: arn})
	if err != nil || *sum.StreamDescriptionSummary.RetentionPeriodHours != 48 || *sum.StreamDescriptionSummary.OpenShardCount != 3 {
		t.Errorf("%+v %v", sum, err)
	}
	tags, err := other.ListTagsForStream(ctx, &sdk.ListTagsForStreamInput{StreamName: name})
	if err != nil || len(tags.Tags) != 1 || *tags.Tags[0].Value != "web" {
		t.Errorf("%+v %v", tags, err)
	}
	if _, err := c.DeleteStream(ctx, &sdk.DeleteStreamInput{StreamName: name}); err != nil {
		t.Error(err)
	}
	list, err := other.ListStreams(ctx, &sdk.ListStreamsInput{})
	if err != nil || len(list.StreamNames) != 0 || *list.HasMoreStreams {
		t.Errorf("%+v %v", list, err)
	}
}

// TestStreamTarget: events come onto a stream by the partition key that the
// rule's target names.
func TestStreamTarget(t *testing.T) {
	t.Parallel()
	server := start(t)
	c, bus, ctx := newStreams(server), newRouter(server), t.Context()
	name, arn := aws.String("s"), aws.String("arn:aws:kinesis:us-east-1:"+account+":stream/s")
	if _, err := c.CreateStream(ctx, &sdk.CreateStreamInput{StreamName: name, ShardCount: aws.Int32(1)}); err != nil {
		t.Fatal(err)
	}
	_, err1 := bus.PutRule(ctx, &eventbridge.PutRuleInput{Name: aws.String("r"), EventPattern: aws.String(`{"source":["app"]}`)})
	_, err2 := bus.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: aws.String("r"), Targets: []eventtypes.Target{{
		Id: aws.String("1"), Arn: arn, InputPath: aws.String("$.detail"), KinesisParameters: &eventtypes.KinesisParameters{PartitionKeyPath: aws.String("$.detail.user")},
	}}})
	_, err3 := bus.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []eventtypes.PutEventsRequestEntry{{Source: aws.String("app"), DetailType: aws.String("t"), Detail: aws.String(`{"user":"ann"}`)}}})
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	var got []types.Record
	eventually(t, 5*time.Second, "the record", func() bool {
		got = streamed(t, c, *name, "shardId-000000000000")
		return len(got) > 0
	})
	if len(got) != 1 || *got[0].PartitionKey != "ann" || string(got[0].Data) != `{"user":"ann"}` {
		t.Errorf("%+v", got)
	}
}

// TestStreamsByCLI: the commands of docs/streams.md.
func TestStreamsByCLI(t *testing.T) {
	t.Parallel()
	a := newCLI(t, start(t))
	a.seen(t, "kinesis create-stream --stream-name orders --shard-count 1")
	a.seen(t, "kinesis put-record --stream-name orders --partition-key ann --data hello --query ShardId")
	it := a.seen(t, "kinesis get-shard-iterator --stream-name orders --shard-id shardId-000000000000 --shard-iterator-type TRIM_HORIZON --query ShardIterator")
	if got := a.seen(t, "kinesis get-records --shard-iterator "+fmt.Sprint(it)+" --query Records[0].Data"); got != "aGVsbG8=" {
		t.Errorf("%q", got)
	}
}
