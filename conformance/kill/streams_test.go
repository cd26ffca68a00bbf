package kill_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"skywatch/conformance/steady"
)

func streamClient(url string) *kinesis.Client {
	return kinesis.New(kinesis.Options{
		Region: "us-east-1", BaseEndpoint: &url, RetryMaxAttempts: 1, HTTPClient: steady.Client(), Credentials: aws.AnonymousCredentials{},
	})
}

// producer puts numbered items one batch after the other, until the server is
// gone, and remembers which batches were acknowledged.
type producer struct {
	name string
	acks int // batches acknowledged: 0..acks-1
}

const batch = 5 // items

func (p *producer) item(n, i int) string { return fmt.Sprintf("%s %d", p.name, n*batch+i) }

// check compares what one reader saw of all producers, in its order, with what
// they were told: each item once and in order, and at most the one batch that was
// not answered beyond those that were acknowledged.
func check(t *testing.T, what string, producers []*producer, seen []string) {
	t.Helper()
	next := map[string]int{}
	for _, s := range seen {
		var name string
		var n int
		if _, err := fmt.Sscanf(s, "%s %d", &name, &n); err != nil {
			t.Fatalf("%s: %q: %v", what, s, err)
		}
		if n != next[name] {
			t.Errorf("%s: %s has %d where %d was due", what, name, n, next[name])
		}
		next[name] = n + 1
	}
	for _, p := range producers {
		if got := next[p.name]; got < p.acks*batch || got > (p.acks+1)*batch {
			t.Errorf("%s: %s has %d items of %d that were acknowledged", what, p.name, got, p.acks*batch)
		}
	}
}

// TestKillStreams kills the server while producers put records on the shards of a
// stream, and events into a log stream: whatever was acknowledged is there once
// after each restart, and the items of each producer are in their order.
func TestKillStreams(t *testing.T) {
	t.Parallel()
	const shards, lives, perLife = 2, 4, 4
	dir := t.TempDir()
	var records, events []*producer
	resume := map[string]*string{} // by shard: where the reader of the last life stopped
	read := map[string][]string{}
	for life := range lives {
		srv, url := startServer(t, dir)
		streams, logs := streamClient(url), logClient(url)
		if life == 0 {
			must(t)(streams.CreateStream(t.Context(), &kinesis.CreateStreamInput{StreamName: aws.String("s"), ShardCount: aws.Int32(shards)}))
			must(t)(logs.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("g")}))
			must(t)(logs.CreateLogStream(t.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("s")}))
		}
		var wg sync.WaitGroup
		for i := range perLife {
			r, e := &producer{name: fmt.Sprintf("r-%d-%d", life, i)}, &producer{name: fmt.Sprintf("e-%d-%d", life, i)}
			records, events = append(records, r), append(events, e)
			wg.Go(func() { r.putRecords(t.Context(), streams) })
			wg.Go(func() { e.putEvents(t.Context(), logs) })
		}
		time.Sleep(time.Duration(150+100*life) * time.Millisecond)
		_ = srv.cmd.Process.Kill()
		wg.Wait()
		_ = srv.cmd.Wait()

		srv, url = startServer(t, dir)
		streams, logs = streamClient(url), logClient(url)
		var all []string
		for i := range shards {
			id := fmt.Sprintf("shardId-%012d", i)
			whole, _ := readShard(t, streams, id, nil)
			all = append(all, whole...)
			more, last := readShard(t, streams, id, resume[id])
			if read[id] = append(read[id], more...); last != nil {
				resume[id] = last
			}
			if fmt.Sprint(read[id]) != fmt.Sprint(whole) {
				t.Errorf("life %d, %s: who goes on behind the last sequence number sees other records than who reads from the beginning", life, id)
			}
		}
		check(t, fmt.Sprintf("life %d, stream", life), records, all)
		check(t, fmt.Sprintf("life %d, log", life), events, readLog(t, logs))
		_ = srv.cmd.Process.Kill() // at rest, too
		_ = srv.cmd.Wait()
		if t.Failed() {
			t.FailNow()
		}
	}
	acked := 0
	for _, p := range append(records, events...) {
		acked += p.acks
	}
	if acked == 0 {
		t.Error("nothing was acknowledged, so nothing was tested")
	}
	t.Logf("%d batches acknowledged in %d lives", acked, lives)
}

// putRecords puts batches of records with one key, so
// that they are on one shard.
func (p *producer) putRecords(ctx context.Context, c *kinesis.Client) {
	for n := 0; ; n++ {
		in := &kinesis.PutRecordsInput{StreamName: aws.String("s")}
		for i := range batch {
			in.Records = append(in.Records, types.PutRecordsRequestEntry{Data: []byte(p.item(n, i)), PartitionKey: &p.name})
		}
		out, err := c.PutRecords(ctx, in)
		if err != nil || *out.FailedRecordCount > 0 {
			return
		}
		p.acks++
	}
}

func (p *producer) putEvents(ctx context.Context, c *cloudwatchlogs.Client) {
	for n := 0; ; n++ {
		in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("s")}
		now := time.Now().UnixMilli()
		for i := range batch {
			in.LogEvents = append(in.LogEvents, logtypes.InputLogEvent{Timestamp: &now, Message: aws.String(p.item(n, i))})
		}
		if _, err := c.PutLogEvents(ctx, in); err != nil {
			return
		}
		p.acks++
	}
}

// readShard reads a shard behind a sequence number, or from its beginning, by
// pages, and tells the last sequence number.
func readShard(t *testing.T, c *kinesis.Client, id string, behind *string) (seen []string, last *string) {
	t.Helper()
	from := &kinesis.GetShardIteratorInput{StreamName: aws.String("s"), ShardId: &id, ShardIteratorType: types.ShardIteratorTypeTrimHorizon}
	if behind != nil {
		from.ShardIteratorType, from.StartingSequenceNumber = types.ShardIteratorTypeAfterSequenceNumber, behind
	}
	it, err := c.GetShardIterator(t.Context(), from)
	if err != nil {
		t.Fatal(err)
	}
	for next := it.ShardIterator; ; {
		out, err := c.GetRecords(t.Context(), &kinesis.GetRecordsInput{ShardIterator: next, Limit: aws.Int32(1000)})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range out.Records {
			if last != nil && *r.SequenceNumber <= *last {
				t.Errorf("%s: %s comes after %s", id, *r.SequenceNumber, *last)
			}
			seen, last = append(seen, string(r.Data)), r.SequenceNumber
		}
		if next = out.NextShardIterator; *out.MillisBehindLatest == 0 {
			return seen, last
		}
	}
}

func readLog(t *testing.T, c *cloudwatchlogs.Client) (seen []string) {
	t.Helper()
	pages := cloudwatchlogs.NewGetLogEventsPaginator(c, &cloudwatchlogs.GetLogEventsInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("s"), StartFromHead: aws.Bool(true)},
		func(o *cloudwatchlogs.GetLogEventsPaginatorOptions) { o.StopOnDuplicateToken = true })
	for pages.HasMorePages() {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range out.Events {
			seen = append(seen, *e.Message)
		}
	}
	return seen
}
