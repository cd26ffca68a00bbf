package conformance_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	gocmp "github.com/google/go-cmp/cmp"
)

const logGroupARN = "arn:aws:logs:us-east-1:" + account + ":log-group:"

func newLogs(server string) *sdk.Client {
	return sdk.New(sdk.Options{Region: "us-east-1", BaseEndpoint: &server, Credentials: dummyKey, HTTPClient: patient{}, Retryer: aws.NopRetryer{}})
}

// logGroup makes a group with streams.
func logGroup(t *testing.T, c *sdk.Client, group string, streams ...string) {
	t.Helper()
	if _, err := c.CreateLogGroup(t.Context(), &sdk.CreateLogGroupInput{LogGroupName: &group, Tags: map[string]string{"team": "web"}}); err != nil {
		t.Fatal(err)
	}
	for _, s := range streams {
		if _, err := c.CreateLogStream(t.Context(), &sdk.CreateLogStreamInput{LogGroupName: &group, LogStreamName: &s}); err != nil {
			t.Fatal(err)
		}
	}
}

// logged puts events a second apart, from at on.
func logged(t *testing.T, c *sdk.Client, group, stream string, at time.Time, messages ...string) *sdk.PutLogEventsOutput {
	t.Helper()
	in := &sdk.PutLogEventsInput{LogGroupName: &group, LogStreamName: &stream}
	for i, m := range messages {
		in.LogEvents = append(in.LogEvents, types.InputLogEvent{Timestamp: aws.Int64(at.Add(time.Duration(i) * time.Second).UnixMilli()), Message: &m})
	}
	out, err := c.PutLogEvents(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestLogGroups(t *testing.T) {
	t.Parallel()
	c, ctx := newLogs(start(t)), t.Context()
	logGroup(t, c, "/app/web", "s")
	logGroup(t, c, "/app/api")
	logGroup(t, c, "other")
	logged(t, c, "/app/web", "s", time.Now(), "1234")
	days, name, arn := aws.Int32(30), aws.String("/app/web"), aws.String(logGroupARN+"/app/web")
	if _, err := c.PutRetentionPolicy(ctx, &sdk.PutRetentionPolicyInput{LogGroupName: name, RetentionInDays: days}); err != nil {
		t.Fatal(err)
	}
	out, err := c.DescribeLogGroups(ctx, &sdk.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("/app/"), Limit: aws.Int32(1)})
	if err != nil || len(out.LogGroups) != 1 || *out.LogGroups[0].LogGroupName != "/app/api" {
		t.Fatalf("%+v %v", out, err)
	}
	out, err = c.DescribeLogGroups(ctx, &sdk.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("/app/"), NextToken: out.NextToken})
	if err != nil || len(out.LogGroups) != 1 || out.NextToken != nil {
		t.Fatalf("%+v %v", out, err)
	}
	if g := out.LogGroups[0]; *g.RetentionInDays != 30 || *g.StoredBytes != 30 || *g.Arn != *arn+":*" || *g.LogGroupArn != *arn || g.LogGroupClass != types.LogGroupClassStandard || *g.CreationTime == 0 {
		t.Errorf("%+v", g)
	}
	for _, in := range []*sdk.DescribeLogGroupsInput{{LogGroupNamePattern: aws.String("we")}, {LogGroupIdentifiers: []string{*arn}}} {
		if out, err := c.DescribeLogGroups(ctx, in); err != nil || len(out.LogGroups) != 1 || *out.LogGroups[0].LogGroupName != *name {
			t.Errorf("%+v: %+v %v", in, out, err)
		}
	}
	logTags(t, c, name, arn)
	if _, err := c.DeleteRetentionPolicy(ctx, &sdk.DeleteRetentionPolicyInput{LogGroupName: name}); err != nil {
		t.Error(err)
	}
	_, err = c.PutRetentionPolicy(ctx, &sdk.PutRetentionPolicyInput{LogGroupName: name, RetentionInDays: aws.Int32(0)})
	refused(t, "retention", err, "InvalidParameterException", "Invalid value 0 for retentionInDays.")
	_, err = c.CreateLogGroup(ctx, &sdk.CreateLogGroupInput{LogGroupName: name})
	refused(t, "again", err, "ResourceAlreadyExistsException", "The specified log group already exists")
	_, err = c.CreateLogGroup(ctx, &sdk.CreateLogGroupInput{LogGroupName: aws.String("a b")})
	refused(t, "name", err, "InvalidParameterException", "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint")
	_, err = c.CreateLogGroup(ctx, &sdk.CreateLogGroupInput{LogGroupName: aws.String("k"), KmsKeyId: aws.String("key")})
	refused(t, "key", err, "InvalidParameterException", "The parameter KmsKeyId is not supported")
	_, err = c.CreateLogGroup(ctx, &sdk.CreateLogGroupInput{LogGroupName: aws.String("k"), LogGroupClass: types.LogGroupClassDelivery})
	refused(t, "class", err, "InvalidParameterException", "The log group class DELIVERY is not offered")
	if _, err := c.DeleteLogGroup(ctx, &sdk.DeleteLogGroupInput{LogGroupName: name}); err != nil {
		t.Error(err)
	}
	_, err = c.DeleteLogGroup(ctx, &sdk.DeleteLogGroupInput{LogGroupName: name})
	refused(t, "deleted", err, "ResourceNotFoundException", "The specified log group does not exist.")
}

func logTags(t *testing.T, c *sdk.Client, name, arn *string) {
	t.Helper()
	ctx := t.Context()
	_, err1 := c.TagResource(ctx, &sdk.TagResourceInput{ResourceArn: arn, Tags: map[string]string{"a": "1", "b": "2"}})
	//lint:ignore SA1019 as older clients do
	_, err2 := c.TagLogGroup(ctx, &sdk.TagLogGroupInput{LogGroupName: name, Tags: map[string]string{"c": "3"}})
	_, err3 := c.UntagResource(ctx, &sdk.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"a"}})
	//lint:ignore SA1019 as older clients do
	_, err4 := c.UntagLogGroup(ctx, &sdk.UntagLogGroupInput{LogGroupName: name, Tags: []string{"b"}})
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			t.Error(err)
		}
	}
	want := map[string]string{"team": "web", "c": "3"}
	by, err := c.ListTagsForResource(ctx, &sdk.ListTagsForResourceInput{ResourceArn: arn})
	if err != nil || !gocmp.Equal(by.Tags, want) {
		t.Errorf("%+v %v", by, err)
	}
	//lint:ignore SA1019 as older clients do
	old, err := c.ListTagsLogGroup(ctx, &sdk.ListTagsLogGroupInput{LogGroupName: name})
	if err != nil || !gocmp.Equal(old.Tags, want) {
		t.Errorf("%+v %v", old, err)
	}
}

func TestLogStreams(t *testing.T) {
	t.Parallel()
	c, ctx := newLogs(start(t)), t.Context()
	logGroup(t, c, "g", "a", "b", "c")
	at := time.Now().Add(-time.Minute)
	logged(t, c, "g", "b", at, "x", "y")
	out, err := c.DescribeLogStreams(ctx, &sdk.DescribeLogStreamsInput{LogGroupIdentifier: aws.String(logGroupARN + "g"), OrderBy: types.OrderByLastEventTime, Descending: aws.Bool(true), Limit: aws.Int32(1)})
	if err != nil || len(out.LogStreams) != 1 || out.NextToken == nil {
		t.Fatalf("%+v %v", out, err)
	}
	if s := out.LogStreams[0]; *s.LogStreamName != "b" || *s.FirstEventTimestamp != at.UnixMilli() || *s.LastEventTimestamp != at.UnixMilli()+1000 || *s.LastIngestionTime == 0 || *s.Arn != logGroupARN+"g:log-stream:b" {
		t.Errorf("%+v", s)
	}
	if out, err = c.DescribeLogStreams(ctx, &sdk.DescribeLogStreamsInput{LogGroupName: aws.String("g"), LogStreamNamePrefix: aws.String("c")}); err != nil || len(out.LogStreams) != 1 || out.LogStreams[0].LastEventTimestamp != nil {
		t.Errorf("%+v %v", out, err)
	}
	_, err = c.CreateLogStream(ctx, &sdk.CreateLogStreamInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("a")})
	refused(t, "again", err, "ResourceAlreadyExistsException", "The specified log stream already exists")
	if _, err = c.DeleteLogStream(ctx, &sdk.DeleteLogStreamInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("a")}); err != nil {
		t.Error(err)
	}
	_, err = c.DeleteLogStream(ctx, &sdk.DeleteLogStreamInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("a")})
	refused(t, "deleted", err, "ResourceNotFoundException", "The specified log stream does not exist.")
}

func TestLogEvents(t *testing.T) {
	t.Parallel()
	c, ctx := newLogs(start(t)), t.Context()
	logGroup(t, c, "g", "s")
	at := time.Now().Add(-time.Minute)
	if out := logged(t, c, "g", "s", at, "a", "b", "c"); out.RejectedLogEventsInfo != nil || out.NextSequenceToken == nil {
		t.Errorf("%+v", out)
	}
	if out := logged(t, c, "g", "s", at.Add(3*time.Hour), "ahead"); *out.RejectedLogEventsInfo.TooNewLogEventStartIndex != 0 {
		t.Errorf("%+v", out)
	}
	read := func(in *sdk.GetLogEventsInput, want string) *sdk.GetLogEventsOutput {
		t.Helper()
		in.LogGroupName, in.LogStreamName = aws.String("g"), aws.String("s")
		out, err := c.GetLogEvents(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range out.Events {
			got = append(got, *e.Message)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%v, want %s", got, want)
		}
		return out
	}
	first := read(&sdk.GetLogEventsInput{StartFromHead: aws.Bool(true), Limit: aws.Int32(2)}, "a b")
	second := read(&sdk.GetLogEventsInput{NextToken: first.NextForwardToken}, "c")
	if end := read(&sdk.GetLogEventsInput{NextToken: second.NextForwardToken}, ""); *end.NextForwardToken != *second.NextForwardToken {
		t.Error("the token of the end is another one")
	}
	last := read(&sdk.GetLogEventsInput{Limit: aws.Int32(1)}, "c")
	read(&sdk.GetLogEventsInput{NextToken: last.NextBackwardToken}, "a b")
	pages := sdk.NewGetLogEventsPaginator(c, &sdk.GetLogEventsInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("s"), StartFromHead: aws.Bool(true), Limit: aws.Int32(1)}, func(o *sdk.GetLogEventsPaginatorOptions) { o.StopOnDuplicateToken = true })
	n := 0
	for ; pages.HasMorePages(); n++ {
		if _, err := pages.NextPage(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if n != 4 {
		t.Errorf("%d pages of three events and the end", n)
	}
	_, err := c.GetLogEvents(ctx, &sdk.GetLogEventsInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("s"), NextToken: aws.String("x")})
	refused(t, "token", err, "InvalidParameterException", "The specified nextToken is invalid.")
	_, err = c.PutLogEvents(ctx, &sdk.PutLogEventsInput{LogGroupName: aws.String("g"), LogStreamName: aws.String("none"), LogEvents: []types.InputLogEvent{{Timestamp: aws.Int64(1), Message: aws.String("m")}}})
	refused(t, "stream", err, "ResourceNotFoundException", "The specified log stream does not exist.")
}

func TestLogSearch(t *testing.T) {
	t.Parallel()
	c, ctx := newLogs(start(t)), t.Context()
	logGroup(t, c, "g", "a", "b")
	at := time.Now().Add(-time.Minute)
	logged(t, c, "g", "a", at, "one", "ERROR two")
	logged(t, c, "g", "b", at, "ERROR zero", "three")
	pages := sdk.NewFilterLogEventsPaginator(c, &sdk.FilterLogEventsInput{LogGroupName: aws.String("g"), FilterPattern: aws.String(`"ERROR" -three`), Limit: aws.Int32(1)})
	var got []string
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range out.Events {
			got = append(got, *e.LogStreamName+":"+*e.Message)
		}
	}
	if diff := gocmp.Diff([]string{"b:ERROR zero", "a:ERROR two"}, got); diff != "" {
		t.Error(diff)
	}
	_, err := c.FilterLogEvents(ctx, &sdk.FilterLogEventsInput{LogGroupName: aws.String("g"), FilterPattern: aws.String("{ $.x = 1 }")})
	refused(t, "JSON", err, "UnsupportedOperationException", "The filterPattern is not supported: JSON patterns")
	_, err = c.FilterLogEvents(ctx, &sdk.FilterLogEventsInput{LogGroupName: aws.String("g"), FilterPattern: aws.String("a.b")})
	refused(t, "term", err, "InvalidParameterException", "Invalid character(s) in term 'a.b'")
}

// A rule writes events into a group: the envelope as it is, or what a template
// makes of it.
func TestLogTarget(t *testing.T) {
	t.Parallel()
	server := start(t)
	r, c := newRouter(server), newLogs(server)
	logGroup(t, c, "/aws/events/all")
	logGroup(t, c, "made")
	r.rule(t, "default", "all", `{"source":["shop"]}`, eventtypes.Target{Id: aws.String("1"), Arn: aws.String(logGroupARN + "/aws/events/all")},
		eventtypes.Target{Id: aws.String("2"), Arn: aws.String(logGroupARN + "made:*"), InputTransformer: &eventtypes.InputTransformer{
			InputPathsMap: map[string]string{"t": "$.time", "n": "$.detail.n"}, InputTemplate: aws.String(`{"timestamp":<t>,"message":"order <n>"}`),
		}})
	at := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	if r.put(t, eventtypes.PutEventsRequestEntry{Source: aws.String("shop"), DetailType: aws.String("order"), Detail: aws.String(`{"n":7}`), Time: &at}) != 0 {
		t.Fatal("refused")
	}
	for group, want := range map[string]string{"/aws/events/all": `"detail":{"n":7}}`, "made": "order 7"} {
		eventually(t, 20*time.Second, group, func() bool {
			out, err := c.FilterLogEvents(t.Context(), &sdk.FilterLogEventsInput{LogGroupName: &group})
			if err != nil {
				t.Fatal(err)
			}
			return len(out.Events) == 1 && strings.HasSuffix(*out.Events[0].Message, want) && *out.Events[0].Timestamp == at.UnixMilli()
		})
	}
	if _, err := r.ListTargetsByRule(t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: aws.String("all")}); err != nil {
		t.Error(err)
	}
}

// What a function writes, and what is said of its calls, is in its log group.
func TestFunctionLog(t *testing.T) {
	t.Parallel()
	server := start(t)
	f, c := newLambda(server), newLogs(server)
	made(t, f, python(t, "f"))
	if _, err := f.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("f"), Payload: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	eventually(t, 20*time.Second, "the call is in the log", func() bool {
		out, err := c.FilterLogEvents(t.Context(), &sdk.FilterLogEventsInput{LogGroupName: aws.String("/aws/lambda/f"), FilterPattern: aws.String(`"RequestId: "`)})
		if err != nil || len(out.Events) < 3 {
			return false
		}
		first, last := *out.Events[0].Message, *out.Events[len(out.Events)-1].Message
		return strings.HasPrefix(first, "START RequestId: ") && strings.HasPrefix(last, "REPORT RequestId: ") && strings.HasSuffix(last, "\n")
	})
}

// TestLogsCLI runs the commands of docs/logs.md.
func TestLogsCLI(t *testing.T) {
	t.Parallel()
	a := newCLI(t, start(t))
	now := strconv.FormatInt(time.Now().Unix(), 10) + "000"
	for _, line := range []string{
		"logs create-log-group --log-group-name /app/web",
		"logs create-log-stream --log-group-name /app/web --log-stream-name host-1",
		"logs put-log-events --log-group-name /app/web --log-stream-name host-1 --log-events|timestamp=" + now + `,message="ERROR disk full"`,
		"logs put-retention-policy --log-group-name /app/web --retention-in-days 30",
		"logs create-log-group --log-group-name /aws/events/orders",
		`events put-rule --name orders --event-pattern|{"source":["shop"]}`,
		"events put-targets --rule orders --targets Id=1,Arn=" + logGroupARN + "/aws/events/orders",
		`events put-events --entries|[{"Source":"shop","DetailType":"order","Detail":"{}"}]`,
	} {
		words, last, more := strings.Cut(line, "|")
		if more {
			a.seen(t, words, last)
		} else {
			a.seen(t, words)
		}
	}
	want := []any{"ERROR disk full"}
	if got := a.seen(t, "logs get-log-events --log-group-name /app/web --log-stream-name host-1 --query events[].message"); !gocmp.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if got := a.seen(t, "logs filter-log-events --log-group-name /app/web --query events[].message --filter-pattern", `"disk full" -WARN`); !gocmp.Equal(got, want) {
		t.Errorf("%v", got)
	}
	eventually(t, 20*time.Second, "the event is in the log", func() bool {
		got, _ := a.seen(t, "logs filter-log-events --log-group-name /aws/events/orders --query events[].message").([]any)
		return len(got) == 1
	})
}

// TestLogsWithBoto3 holds what a Python program sees.
func TestLogsWithBoto3(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	got := script(t, "python3", "py/logs.py", start(t))
	want := parsed(t, `{
		"rejected": null, "old": [{"tooOldLogEventEndIndex": 1, "expiredLogEventEndIndex": 1}, {"errorType": "UnsupportedLogGroupType"}],
		"events": [[0, "a"], [1, "b ERROR"], [2, "c\n"]], "end": [[], true], "found": [["s", "b ERROR"], ["s", "c\n"]],
		"group": ["g", 7, 88, "arn:aws:logs:eu-west-3:`+account+`:log-group:g:*"], "stream": [0, 2, 0], "tags": {"team": "web"}, "left": [],
		"refusals": {
			"again": ["ResourceAlreadyExistsException", "ResourceAlreadyExistsException", "The specified log group already exists", 400],
			"name": ["InvalidParameterException", "InvalidParameterException", "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+", 400],
			"group": ["ResourceNotFoundException", "ResourceNotFoundException", "The specified log group does not exist.", 400],
			"stream": ["ResourceNotFoundException", "ResourceNotFoundException", "The specified log stream does not exist.", 400],
			"order": ["InvalidParameterException", "InvalidParameterException", "Log events in a single PutLogEvents request must be in chronological order.", 400],
			"prefix": ["InvalidParameterException", "InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix.", 400]
		}
	}`)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestLargeLogBatch: a batch of 1 MiB, as PutLogEvents counts it, is taken however
// many escapes it has in JSON, and one byte more is not.
func TestLargeLogBatch(t *testing.T) {
	t.Parallel()
	c := newLogs(start(t))
	logGroup(t, c, "/large", "s")
	const overhead, most = 26, 1 << 20 // of an event, of a batch
	for what, message := range map[string]string{"plain": strings.Repeat("x", most-overhead), "quotes": strings.Repeat(`"`, most-overhead)} {
		logged(t, c, "/large", "s", time.Now(), message)
		_, err := c.PutLogEvents(t.Context(), &sdk.PutLogEventsInput{
			LogGroupName: aws.String("/large"), LogStreamName: aws.String("s"),
			LogEvents: []types.InputLogEvent{{Timestamp: aws.Int64(time.Now().UnixMilli()), Message: aws.String(message + "x")}},
		})
		refused(t, what, err, "InvalidParameterException", "Upload too large: 1048577 bytes exceeds limit of 1048576")
	}
}

// TestReservedLogGroup: names that begin with "aws/" are AWS's own, and those with
// "/aws/" anybody's.
func TestReservedLogGroup(t *testing.T) {
	t.Parallel()
	c := newLogs(start(t))
	_, err := c.CreateLogGroup(t.Context(), &sdk.CreateLogGroupInput{LogGroupName: aws.String("aws/app")})
	refused(t, "aws/", err, "InvalidParameterException", "Log groups starting with aws/ are reserved for AWS.")
	logGroup(t, c, "/aws/app")
}
