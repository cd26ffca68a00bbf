package api

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"skywatch/internal/fault"
	"skywatch/streams"
)

func (a streamsAPI) listOperations() []offered {
	return []offered{
		offer("DescribeStream", a.describe, shownStreams, named(Fields{"Limit": Acts, "ExclusiveStartShardId": Acts})),
		offer("DescribeStreamSummary", a.summary, shownStreams, named(Fields{})),
		offer("DescribeLimits", a.limits, shownStreams, Fields{}),
		offer("ListStreams", a.list, shownStreams, Fields{"ExclusiveStartStreamName": Acts, "Limit": Acts, "NextToken": Acts}),
		offer("ListShards", a.listShards, shownStreams, named(Fields{
			"ExclusiveStartShardId": Acts, "MaxResults": Acts, "NextToken": Acts, "StreamCreationTimestamp": Acts,
			// Shards are never split nor merged, so all of them were there at any time.
			"ShardFilter": Acts, "ShardFilter.Type": Acts, "ShardFilter.ShardId": Acts, "ShardFilter.Timestamp": Acts,
		})),
	}
}

// Presets of the lists (API reference).
const (
	shardsDescribed = 100
	shardsListed    = 1000
	streamsListed   = 100
)

func wireMode(st *streams.Stream) *types.StreamModeDetails {
	mode := types.StreamModeProvisioned
	if st.OnDemand {
		mode = types.StreamModeOnDemand
	}
	return &types.StreamModeDetails{StreamMode: mode}
}

func wireShards(all []streams.Shard) []types.Shard {
	out := make([]types.Shard, len(all))
	for i := range all {
		sh := &all[i]
		out[i] = types.Shard{
			ShardId: &sh.ID, HashKeyRange: &types.HashKeyRange{StartingHashKey: &sh.From, EndingHashKey: &sh.To},
			SequenceNumberRange: &types.SequenceNumberRange{StartingSequenceNumber: &sh.First},
		}
	}
	return out
}

// unmonitored says that no metrics of single shards are on.
func unmonitored() []types.EnhancedMetrics {
	return []types.EnhancedMetrics{{ShardLevelMetrics: []types.MetricsName{}}}
}

func (a streamsAPI) describe(_ context.Context, c *Call, in *sdk.DescribeStreamInput) (*sdk.DescribeStreamOutput, error) {
	n, err := streamAt(c, in.StreamName, in.StreamARN)
	if err != nil {
		return nil, err
	}
	st, err := a.s.Stream(n)
	if err != nil {
		return nil, err
	}
	page, more := firstOf(st.List(text(in.ExclusiveStartShardId)), in.Limit, shardsDescribed)
	return &sdk.DescribeStreamOutput{StreamDescription: &types.StreamDescription{
		StreamName: &n.Stream, StreamARN: new(n.ARN()), StreamStatus: types.StreamStatusActive, StreamModeDetails: wireMode(&st),
		Shards: wireShards(page), HasMoreShards: &more, RetentionPeriodHours: short(&st.Hours), StreamCreationTimestamp: &st.Created,
		EnhancedMonitoring: unmonitored(), EncryptionType: types.EncryptionTypeNone,
	}}, nil
}

func (a streamsAPI) summary(_ context.Context, c *Call, in *sdk.DescribeStreamSummaryInput) (*sdk.DescribeStreamSummaryOutput, error) {
	n, err := streamAt(c, in.StreamName, in.StreamARN)
	if err != nil {
		return nil, err
	}
	st, err := a.s.Stream(n)
	if err != nil {
		return nil, err
	}
	return &sdk.DescribeStreamSummaryOutput{StreamDescriptionSummary: &types.StreamDescriptionSummary{
		StreamName: &n.Stream, StreamARN: new(n.ARN()), StreamStatus: types.StreamStatusActive, StreamModeDetails: wireMode(&st),
		OpenShardCount: short(&st.Shards), RetentionPeriodHours: short(&st.Hours), StreamCreationTimestamp: &st.Created,
		EnhancedMonitoring: unmonitored(), EncryptionType: types.EncryptionTypeNone, ConsumerCount: new(int32(0)), MaxRecordSizeInKiB: short(&st.RecordKiB),
	}}, nil
}

func (a streamsAPI) limits(_ context.Context, c *Call, _ *sdk.DescribeLimitsInput) (*sdk.DescribeLimitsOutput, error) {
	u, err := a.s.Usage(c.Tenant)
	if err != nil {
		return nil, err
	}
	return &sdk.DescribeLimitsOutput{
		ShardLimit: new(int32(streams.MostShards)), OpenShardCount: short(&u.Shards),
		OnDemandStreamCount: short(&u.OnDemand), OnDemandStreamCountLimit: new(int32(streams.MostOnDemand)),
	}, nil
}

func (a streamsAPI) list(_ context.Context, c *Call, in *sdk.ListStreamsInput) (*sdk.ListStreamsOutput, error) {
	after, err := streamToken(in.NextToken, "kinesis-stream", 1)
	if err != nil {
		return nil, err
	}
	if in.ExclusiveStartStreamName != nil {
		after[0] = *in.ExclusiveStartStreamName
	}
	limit := streamsListed
	if in.Limit != nil {
		limit = int(*in.Limit)
	}
	page, more, err := a.s.Streams(c.Tenant, after[0], limit)
	if err != nil {
		return nil, err
	}
	out := &sdk.ListStreamsOutput{StreamNames: make([]string, len(page)), StreamSummaries: make([]types.StreamSummary, len(page)), HasMoreStreams: &more}
	for i := range page {
		st := &page[i]
		out.StreamNames[i] = st.Stream
		out.StreamSummaries[i] = types.StreamSummary{
			StreamName: &st.Stream, StreamARN: new(st.ARN()), StreamStatus: types.StreamStatusActive, StreamModeDetails: wireMode(st), StreamCreationTimestamp: &st.Created,
		}
	}
	if more {
		out.NextToken = writeToken("kinesis-stream", page[len(page)-1].Stream)
	}
	return out, nil
}

// streamToken reads a NextToken of a list of streams or shards.
func streamToken(token *string, list string, n int) ([]string, error) {
	parts, err := readToken(token, list, n)
	if err != nil {
		return nil, fault.New(fault.InvalidValue, "NextToken is not valid.") // wording (inferred)
	}
	return parts, nil
}

func (a streamsAPI) listShards(_ context.Context, c *Call, in *sdk.ListShardsInput) (*sdk.ListShardsOutput, error) {
	at, err := streamToken(in.NextToken, "kinesis-shard", 2)
	if err != nil {
		return nil, err
	}
	after := at[1]
	if in.NextToken != nil {
		if in.StreamName != nil || in.StreamARN != nil || in.ExclusiveStartShardId != nil {
			return nil, fault.New(fault.InvalidValue, "NextToken and StreamName cannot be provided together.")
		}
		in.StreamName = &at[0]
	}
	n, err := streamAt(c, in.StreamName, in.StreamARN)
	if err != nil {
		return nil, err
	}
	st, err := a.s.Stream(n)
	if err != nil {
		return nil, err
	}
	if t := in.StreamCreationTimestamp; t != nil && t.Unix() != st.Created.Unix() {
		return nil, fault.New(fault.NotFound, "Stream %s under account %s not found.", n.Stream, n.Account)
	}
	if in.ExclusiveStartShardId != nil {
		after = *in.ExclusiveStartShardId
	}
	if after, err = filterShards(in.ShardFilter, after); err != nil {
		return nil, err
	}
	page, more := firstOf(st.List(after), in.MaxResults, shardsListed)
	out := &sdk.ListShardsOutput{Shards: wireShards(page)}
	if more {
		out.NextToken = writeToken("kinesis-shard", n.Stream, page[len(page)-1].ID)
	}
	return out, nil
}

// filterShards tells the shard that a filter's begin behind.
func filterShards(f *types.ShardFilter, after string) (string, error) {
	if f == nil {
		return after, nil
	}
	switch f.Type {
	case types.ShardFilterTypeAfterShardId:
		if f.ShardId == nil {
			return "", fault.New(fault.InvalidValue, "ShardId must be given with ShardFilter type AFTER_SHARD_ID.") // wording (inferred)
		}
		return max(after, *f.ShardId), nil
	case types.ShardFilterTypeAtTimestamp, types.ShardFilterTypeFromTimestamp:
		if f.Timestamp == nil || f.Timestamp.Equal(time.Time{}) {
			return "", fault.New(fault.InvalidValue, "Timestamp must be given with ShardFilter type %s.", f.Type) // wording (inferred)
		}
	}
	return after, nil
}
