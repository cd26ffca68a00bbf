package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"skywatch/logs"
)

func (a logsAPI) eventOperations() []offered {
	return []offered{
		offer("PutLogEvents", a.putEvents, "conformance: TestLogEvents", Fields{
			"LogGroupName": Acts, "LogStreamName": Acts, "LogEvents": Acts, "LogEvents.Timestamp": Acts, "LogEvents.Message": Acts,
			// What AWS does with them: the token is not looked at, an entity that
			// cannot be had is rejected in the answer while the events are taken.
			"SequenceToken": Acts, "Entity": Acts, "Entity.KeyAttributes": Acts, "Entity.Attributes": Acts,
		}),
		offer("GetLogEvents", a.getEvents, "conformance: TestLogEvents", Fields{
			"LogGroupName": Acts, "LogGroupIdentifier": Acts, "LogStreamName": Acts, "StartTime": Acts, "EndTime": Acts,
			"NextToken": Acts, "Limit": Acts, "StartFromHead": Acts, "Unmask": Acts,
		}),
		offer("FilterLogEvents", a.filterEvents, "conformance: TestLogSearch", Fields{
			"LogGroupName": Acts, "LogGroupIdentifier": Acts, "LogStreamNames": Acts, "LogStreamNamePrefix": Acts,
			"StartTime": Acts, "EndTime": Acts, "FilterPattern": Acts, "NextToken": Acts, "Limit": Acts,
			"Interleaved": Acts, "Unmask": Acts, "StartFromHead": Acts,
		}),
	}
}

// noSequence is the sequence token that older clients want to read and send
// back; nothing depends on it, as at AWS since 2023.
const noSequence = "49039859677485122133450371217000000000000000000000000001"

func (a logsAPI) putEvents(ctx context.Context, c *Call, in *sdk.PutLogEventsInput) (*sdk.PutLogEventsOutput, error) {
	batch := make([]logs.Event, len(in.LogEvents))
	for i := range in.LogEvents {
		batch[i] = logs.Event{Time: logTime(in.LogEvents[i].Timestamp), Message: text(in.LogEvents[i].Message)}
	}
	rejected, err := a.s.Put(ctx, logStreamAt(c, in.LogGroupName, in.LogStreamName), batch)
	if err != nil {
		return nil, err
	}
	out := &sdk.PutLogEventsOutput{NextSequenceToken: new(noSequence)}
	if rejected != (logs.Rejected{}) {
		out.RejectedLogEventsInfo = &types.RejectedLogEventsInfo{
			TooOldLogEventEndIndex: short(rejected.TooOldEnd), ExpiredLogEventEndIndex: short(rejected.ExpiredEnd), TooNewLogEventStartIndex: short(rejected.TooNewStart),
		}
	}
	if in.Entity != nil { // no group here knows entities
		out.RejectedEntityInfo = &types.RejectedEntityInfo{ErrorType: types.EntityRejectionErrorTypeUnsupportedLogGroupType}
	}
	return out, nil
}

func (a logsAPI) getEvents(_ context.Context, c *Call, in *sdk.GetLogEventsInput) (*sdk.GetLogEventsOutput, error) {
	group, err := logGroupOf(c, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	page, err := a.s.Events(logs.Reading{
		StreamName: logs.StreamName{GroupName: group, Stream: text(in.LogStreamName)}, From: logTime(in.StartTime), To: logTime(in.EndTime),
		Token: text(in.NextToken), Head: in.StartFromHead != nil && *in.StartFromHead, Limit: number(in.Limit),
	})
	if err != nil {
		return nil, err
	}
	out := &sdk.GetLogEventsOutput{Events: make([]types.OutputLogEvent, len(page.Events)), NextForwardToken: &page.Forward, NextBackwardToken: &page.Backward}
	for i := range page.Events {
		e := &page.Events[i]
		out.Events[i] = types.OutputLogEvent{Timestamp: new(e.Time.UnixMilli()), Message: &e.Message, IngestionTime: millis(e.Ingested)}
	}
	return out, nil
}

func (a logsAPI) filterEvents(_ context.Context, c *Call, in *sdk.FilterLogEventsInput) (*sdk.FilterLogEventsOutput, error) {
	if in.StartFromHead != nil && !*in.StartFromHead {
		return nil, wrongLogs("startFromHead", "Searching from the latest event on (startFromHead=false) is not offered by this version of Skywatch.")
	}
	group, err := logGroupOf(c, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	found, token, err := a.s.Search(logs.Search{
		GroupName: group, Streams: in.LogStreamNames, Prefix: text(in.LogStreamNamePrefix), From: logTime(in.StartTime), To: logTime(in.EndTime),
		Pattern: text(in.FilterPattern), Token: text(in.NextToken), Limit: number(in.Limit),
	})
	if err != nil {
		return nil, err
	}
	// AWS says since 2019 that no stream was searched.
	out := &sdk.FilterLogEventsOutput{Events: make([]types.FilteredLogEvent, len(found)), SearchedLogStreams: []types.SearchedLogStream{}, NextToken: optional(token)}
	for i := range found {
		f := &found[i]
		out.Events[i] = types.FilteredLogEvent{
			LogStreamName: &f.Stream, Timestamp: new(f.Time.UnixMilli()), Message: &f.Message, IngestionTime: millis(f.Ingested), EventId: &f.ID,
		}
	}
	return out, nil
}
