package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"skywatch/internal/fault"
	"skywatch/streams"
)

func (a streamsAPI) recordOperations() []offered {
	return []offered{
		offer("PutRecord", a.putRecord, shownStreams, named(Fields{
			// The records of a shard are in the order in which they are acknowledged,
			// which is all that SequenceNumberForOrdering asks for.
			"Data": Acts, "PartitionKey": Acts, "ExplicitHashKey": Acts, "SequenceNumberForOrdering": Acts, "DryRun": Refused,
		})),
		offer("PutRecords", a.putRecords, shownStreams, named(Fields{
			"Records": Acts, "Records.Data": Acts, "Records.PartitionKey": Acts, "Records.ExplicitHashKey": Acts, "DryRun": Refused,
		})),
		offer("GetShardIterator", a.iterator, shownStreams, named(Fields{
			"ShardId": Acts, "ShardIteratorType": Acts, "StartingSequenceNumber": Acts, "Timestamp": Acts, "DryRun": Refused,
		})),
		offer("GetRecords", a.getRecords, shownStreams, Fields{"ShardIterator": Acts, "Limit": Acts, "StreamARN": Acts, "StreamId": Refused, "DryRun": Refused}),
	}
}

func (a streamsAPI) putRecord(ctx context.Context, c *Call, in *sdk.PutRecordInput) (*sdk.PutRecordOutput, error) {
	n, err := streamAt(c, in.StreamName, in.StreamARN)
	if err != nil {
		return nil, err
	}
	placed, err := a.s.Put(ctx, n, []streams.Record{{Data: in.Data, PartitionKey: text(in.PartitionKey), HashKey: text(in.ExplicitHashKey)}})
	if err != nil {
		return nil, err
	}
	p := &placed[0]
	if p.Err != nil {
		return nil, p.Err
	}
	return &sdk.PutRecordOutput{ShardId: &p.Shard, SequenceNumber: &p.Sequence}, nil
}

func (a streamsAPI) putRecords(ctx context.Context, c *Call, in *sdk.PutRecordsInput) (*sdk.PutRecordsOutput, error) {
	n, err := streamAt(c, in.StreamName, in.StreamARN)
	if err != nil {
		return nil, err
	}
	records := make([]streams.Record, len(in.Records))
	for i := range in.Records {
		r := &in.Records[i]
		records[i] = streams.Record{Data: r.Data, PartitionKey: text(r.PartitionKey), HashKey: text(r.ExplicitHashKey)}
	}
	placed, err := a.s.Put(ctx, n, records)
	if err != nil {
		return nil, err
	}
	out := &sdk.PutRecordsOutput{Records: make([]types.PutRecordsResultEntry, len(placed)), FailedRecordCount: new(int32(0))}
	for i := range placed {
		p := &placed[i]
		if p.Err == nil {
			out.Records[i] = types.PutRecordsResultEntry{ShardId: &p.Shard, SequenceNumber: &p.Sequence}
			continue
		}
		*out.FailedRecordCount++
		// What else fails is ours, and its text stays with us.
		out.Records[i] = types.PutRecordsResultEntry{ErrorCode: new("InternalFailure"), ErrorMessage: new("Internal Service Failure")}
	}
	return out, nil
}

func (a streamsAPI) iterator(_ context.Context, c *Call, in *sdk.GetShardIteratorInput) (*sdk.GetShardIteratorOutput, error) {
	n, err := streamAt(c, in.StreamName, in.StreamARN)
	if err != nil {
		return nil, err
	}
	from := streams.From{Start: streams.Start(in.ShardIteratorType), Sequence: text(in.StartingSequenceNumber)}
	if in.Timestamp != nil {
		from.Time = *in.Timestamp
	}
	token, err := a.s.Iterator(n, text(in.ShardId), from)
	if err != nil {
		return nil, err
	}
	return &sdk.GetShardIteratorOutput{ShardIterator: &token}, nil
}

func (a streamsAPI) getRecords(_ context.Context, c *Call, in *sdk.GetRecordsInput) (*sdk.GetRecordsOutput, error) {
	page, err := a.s.Read(c.Tenant, text(in.ShardIterator), number(in.Limit))
	if err != nil {
		return nil, err
	}
	if in.StreamARN != nil && *in.StreamARN != page.Stream.ARN() {
		return nil, fault.New(fault.InvalidValue, "The ShardIterator is not of the stream %s.", *in.StreamARN) // wording (inferred)
	}
	out := &sdk.GetRecordsOutput{Records: make([]types.Record, len(page.Records)), NextShardIterator: &page.Next, MillisBehindLatest: new(page.Behind.Milliseconds())}
	for i := range page.Records {
		r := &page.Records[i]
		out.Records[i] = types.Record{Data: r.Data, PartitionKey: &r.PartitionKey, SequenceNumber: &r.Sequence, ApproximateArrivalTimestamp: &r.Arrived}
	}
	return out, nil
}
