package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"skywatch/logs"
)

func (a logsAPI) streamOperations() []offered {
	return []offered{
		offer("CreateLogStream", a.createStream, "conformance: TestLogStreams", Fields{"LogGroupName": Acts, "LogStreamName": Acts}),
		offer("DeleteLogStream", a.deleteStream, "conformance: TestLogStreams", Fields{"LogGroupName": Acts, "LogStreamName": Acts}),
		offer("DescribeLogStreams", a.describeStreams, "conformance: TestLogStreams", Fields{
			"LogGroupName": Acts, "LogGroupIdentifier": Acts, "LogStreamNamePrefix": Acts, "OrderBy": Acts, "Descending": Acts,
			"NextToken": Acts, "Limit": Acts,
		}),
	}
}

func logStreamAt(c *Call, group, stream *string) logs.StreamName {
	return logs.StreamName{GroupName: logGroupAt(c, group), Stream: text(stream)}
}

func (a logsAPI) createStream(ctx context.Context, c *Call, in *sdk.CreateLogStreamInput) (*sdk.CreateLogStreamOutput, error) {
	return nil, a.s.CreateStream(ctx, logStreamAt(c, in.LogGroupName, in.LogStreamName))
}

func (a logsAPI) deleteStream(ctx context.Context, c *Call, in *sdk.DeleteLogStreamInput) (*sdk.DeleteLogStreamOutput, error) {
	return nil, a.s.DeleteStream(ctx, logStreamAt(c, in.LogGroupName, in.LogStreamName))
}

func (a logsAPI) describeStreams(_ context.Context, c *Call, in *sdk.DescribeLogStreamsInput) (*sdk.DescribeLogStreamsOutput, error) {
	group, err := logGroupOf(c, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	l := logs.StreamListing{
		GroupName: group, Prefix: text(in.LogStreamNamePrefix), ByTime: in.OrderBy == types.OrderByLastEventTime,
		Descending: in.Descending != nil && *in.Descending, Limit: mostDescribed,
	}
	if in.Limit != nil {
		l.Limit = int(*in.Limit)
	}
	if l.After, err = logsAfter(in.NextToken, "log-stream"); err != nil {
		return nil, err
	}
	page, more, err := a.s.Streams(l)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeLogStreamsOutput{LogStreams: make([]types.LogStream, len(page))}
	for i := range page {
		out.LogStreams[i] = wireLogStream(&page[i])
	}
	if more {
		out.NextToken = writeToken("log-stream", page[len(page)-1].Stream)
	}
	return out, nil
}

// wireLogStream writes a stream. AWS says 0 for the bytes of every stream since
// 2019, and wants no sequence token any more but shows one.
func wireLogStream(st *logs.Stream) types.LogStream {
	return types.LogStream{
		LogStreamName: &st.Stream, Arn: new(st.ARN()), CreationTime: millis(st.Created),
		//lint:ignore SA1019 older clients read it
		StoredBytes:         new(int64(0)),
		FirstEventTimestamp: millis(st.First), LastEventTimestamp: millis(st.Last), LastIngestionTime: millis(st.Ingested),
		UploadSequenceToken: new(noSequence),
	}
}
