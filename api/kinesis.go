package api

import (
	"context"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"skywatch/internal/fault"
	"skywatch/streams"
)

const shownStreams = "conformance: TestStreams"

func streamOperations(s *streams.Service) []offered {
	a := streamsAPI{s}
	all := []offered{
		offer("CreateStream", a.create, shownStreams, Fields{
			"StreamName": Acts, "ShardCount": Acts, "StreamModeDetails": Acts, "StreamModeDetails.StreamMode": Acts, "MaxRecordSizeInKiB": Acts,
			"Tags": Kept, "WarmThroughputMiBps": Refused, "RecordDistributionStrategy": Refused,
		}),
		// There are no consumers that deletion would have to be enforced on.
		offer("DeleteStream", a.remove, shownStreams, named(Fields{"EnforceConsumerDeletion": Acts})),
		offer("UpdateMaxRecordSize", a.setRecordSize, shownStreams, Fields{"StreamARN": Acts, "StreamId": Refused, "MaxRecordSizeInKiB": Acts}),
		offer("IncreaseStreamRetentionPeriod", a.lengthen, shownStreams, named(Fields{"RetentionPeriodHours": Acts})),
		offer("DecreaseStreamRetentionPeriod", a.shorten, shownStreams, named(Fields{"RetentionPeriodHours": Acts})),
	}
	all = append(all, a.listOperations()...)
	all = append(all, a.recordOperations()...)
	return append(all, a.tagOperations()...)
}

// streamsAPI turns Kinesis's shapes into calls of the streams.
type streamsAPI struct{ s *streams.Service }

// named adds the members by which an operation names a stream. AWS reserves
// StreamId for the future.
func named(f Fields) Fields {
	f["StreamName"], f["StreamARN"], f["StreamId"] = Acts, Acts, Refused
	return f
}

// streamAt is the stream that an operation names, by name or ARN.
func streamAt(c *Call, name, arn *string) (streams.Name, error) {
	if arn == nil {
		if name == nil {
			return streams.Name{}, fault.New(fault.InvalidValue, "Either StreamName or StreamARN must be specified.") // wording (inferred)
		}
		return streams.Name{Tenant: c.Tenant, Stream: *name}, nil
	}
	n, ok := streams.Parse(*arn)
	switch {
	case !ok:
		return n, fault.New(fault.InvalidValue, "StreamARN %s is not the ARN of a stream.", *arn) // wording (inferred)
	case name != nil && *name != n.Stream:
		return n, fault.New(fault.InvalidValue, "StreamARN %s and StreamName %s do not match.", *arn, *name) // wording (inferred)
	case n.Tenant != c.Tenant: // other accounts' streams take a policy, which is not offered
		return n, fault.New(fault.NotFound, "Stream %s under account %s not found.", n.Stream, n.Account)
	}
	return n, nil
}

func (a streamsAPI) create(ctx context.Context, c *Call, in *sdk.CreateStreamInput) (*sdk.CreateStreamOutput, error) {
	st := streams.Stream{
		Name: streams.Name{Tenant: c.Tenant, Stream: text(in.StreamName)}, Shards: number(in.ShardCount), RecordKiB: number(in.MaxRecordSizeInKiB), Tags: in.Tags,
		OnDemand: in.StreamModeDetails != nil && in.StreamModeDetails.StreamMode == types.StreamModeOnDemand,
	}
	return nil, a.s.Create(ctx, st)
}

func (a streamsAPI) remove(ctx context.Context, c *Call, in *sdk.DeleteStreamInput) (*sdk.DeleteStreamOutput, error) {
	n, err := streamAt(c, in.StreamName, in.StreamARN)
	if err != nil {
		return nil, err
	}
	return nil, a.s.Delete(ctx, n)
}

func (a streamsAPI) setRecordSize(ctx context.Context, c *Call, in *sdk.UpdateMaxRecordSizeInput) (*sdk.UpdateMaxRecordSizeOutput, error) {
	n, err := streamAt(c, nil, in.StreamARN)
	if err != nil {
		return nil, err
	}
	return nil, a.s.SetRecordSize(ctx, n, number(in.MaxRecordSizeInKiB))
}

func (a streamsAPI) lengthen(ctx context.Context, c *Call, in *sdk.IncreaseStreamRetentionPeriodInput) (*sdk.IncreaseStreamRetentionPeriodOutput, error) {
	n, err := streamAt(c, in.StreamName, in.StreamARN)
	if err != nil {
		return nil, err
	}
	return nil, a.s.Lengthen(ctx, n, number(in.RetentionPeriodHours))
}

func (a streamsAPI) shorten(ctx context.Context, c *Call, in *sdk.DecreaseStreamRetentionPeriodInput) (*sdk.DecreaseStreamRetentionPeriodOutput, error) {
	n, err := streamAt(c, in.StreamName, in.StreamARN)
	if err != nil {
		return nil, err
	}
	return nil, a.s.Shorten(ctx, n, number(in.RetentionPeriodHours))
}

// firstOf cuts a list to the first few, and tells whether there are more.
func firstOf[T any](all []T, limit *int32, preset int) (page []T, more bool) {
	if limit != nil {
		preset = int(*limit)
	}
	n := min(preset, len(all))
	return slices.Clip(all[:n]), n < len(all)
}
