package api

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"skywatch/archives"
)

func archiveOperations(s *archives.Service) []offered {
	a := archivesAPI{s}
	const test = "conformance: TestArchives"
	return []offered{
		offer("CreateArchive", a.createArchive, test, Fields{
			"ArchiveName": Acts, "EventSourceArn": Acts, "Description": Kept, "EventPattern": Acts, "RetentionDays": Acts, "KmsKeyIdentifier": Refused,
		}),
		offer("UpdateArchive", a.updateArchive, test, Fields{
			"ArchiveName": Acts, "Description": Kept, "EventPattern": Acts, "RetentionDays": Acts, "KmsKeyIdentifier": Refused,
		}),
		offer("DescribeArchive", a.describeArchive, test, Fields{"ArchiveName": Acts}),
		offer("ListArchives", a.listArchives, test, Fields{"NamePrefix": Acts, "EventSourceArn": Acts, "State": Acts, "NextToken": Acts, "Limit": Acts}),
		offer("DeleteArchive", a.deleteArchive, test, Fields{"ArchiveName": Acts}),
		offer("StartReplay", a.startReplay, test, Fields{
			"ReplayName": Acts, "Description": Kept, "EventSourceArn": Acts, "EventStartTime": Acts, "EventEndTime": Acts,
			"Destination": Acts, "Destination.Arn": Acts, "Destination.FilterArns": Acts,
		}),
		offer("DescribeReplay", a.describeReplay, test, Fields{"ReplayName": Acts}),
		offer("ListReplays", a.listReplays, test, Fields{"NamePrefix": Acts, "EventSourceArn": Acts, "State": Acts, "NextToken": Acts, "Limit": Acts}),
		offer("CancelReplay", a.cancelReplay, test, Fields{"ReplayName": Acts}),
	}
}

// archivesAPI turns EventBridge's shapes into calls of the archives.
type archivesAPI struct{ s *archives.Service }

func archiveAt(c *Call, name *string) archives.Name {
	return archives.Name{Tenant: c.Tenant, Name: text(name)}
}

func (a archivesAPI) createArchive(ctx context.Context, c *Call, in *eventbridge.CreateArchiveInput) (*eventbridge.CreateArchiveOutput, error) {
	want := archives.Archive{Name: archiveAt(c, in.ArchiveName), Description: text(in.Description), Pattern: text(in.EventPattern)}
	if in.RetentionDays != nil {
		want.RetentionDays = int(*in.RetentionDays)
	}
	made, err := a.s.Create(ctx, want, text(in.EventSourceArn))
	if err != nil {
		return nil, err
	}
	return &eventbridge.CreateArchiveOutput{
		ArchiveArn: new(made.ARN()), State: types.ArchiveState(made.State), CreationTime: &made.Created,
	}, nil
}

func (a archivesAPI) updateArchive(ctx context.Context, c *Call, in *eventbridge.UpdateArchiveInput) (*eventbridge.UpdateArchiveOutput, error) {
	now, err := a.s.Update(ctx, archiveAt(c, in.ArchiveName), archives.Change{
		Description: in.Description, Pattern: in.EventPattern, RetentionDays: whole(in.RetentionDays),
	})
	if err != nil {
		return nil, err
	}
	return &eventbridge.UpdateArchiveOutput{
		ArchiveArn: new(now.ARN()), State: types.ArchiveState(now.State), CreationTime: &now.Created,
	}, nil
}

func (a archivesAPI) describeArchive(_ context.Context, c *Call, in *eventbridge.DescribeArchiveInput) (*eventbridge.DescribeArchiveOutput, error) {
	at, err := a.s.Archive(archiveAt(c, in.ArchiveName))
	if err != nil {
		return nil, err
	}
	return &eventbridge.DescribeArchiveOutput{
		ArchiveArn: new(at.ARN()), ArchiveName: in.ArchiveName, EventSourceArn: new(at.Bus.ARN()), CreationTime: &at.Created,
		Description: optional(at.Description), EventPattern: optional(at.Pattern), RetentionDays: short(&at.RetentionDays),
		State: types.ArchiveState(at.State), StateReason: optional(at.Reason), EventCount: at.Size.Records, SizeBytes: at.Size.Bytes,
	}, nil
}

func (a archivesAPI) listArchives(_ context.Context, c *Call, in *eventbridge.ListArchivesInput) (*eventbridge.ListArchivesOutput, error) {
	after, err := listAfter(in.NextToken, "archive")
	if err != nil {
		return nil, err
	}
	page, more, err := a.s.Archives(archives.Listing{
		Tenant: c.Tenant, Prefix: text(in.NamePrefix), Source: text(in.EventSourceArn), State: string(in.State), After: after, Limit: listLimit(in.Limit),
	})
	if err != nil {
		return nil, err
	}
	out := &eventbridge.ListArchivesOutput{Archives: []types.Archive{}}
	for _, at := range page {
		out.Archives = append(out.Archives, types.Archive{
			ArchiveName: &at.Name.Name, EventSourceArn: new(at.Bus.ARN()), CreationTime: &at.Created, RetentionDays: short(&at.RetentionDays),
			State: types.ArchiveState(at.State), StateReason: optional(at.Reason), EventCount: at.Size.Records, SizeBytes: at.Size.Bytes,
		})
	}
	if more {
		out.NextToken = writeToken("archive", page[len(page)-1].Name.Name)
	}
	return out, nil
}

func (a archivesAPI) deleteArchive(ctx context.Context, c *Call, in *eventbridge.DeleteArchiveInput) (*eventbridge.DeleteArchiveOutput, error) {
	if err := a.s.Delete(ctx, archiveAt(c, in.ArchiveName)); err != nil {
		return nil, err
	}
	return &eventbridge.DeleteArchiveOutput{}, nil
}

func (a archivesAPI) startReplay(ctx context.Context, c *Call, in *eventbridge.StartReplayInput) (*eventbridge.StartReplayOutput, error) {
	p, err := a.s.Start(ctx, archives.Replay{
		Name: archiveAt(c, in.ReplayName), Description: text(in.Description), Only: in.Destination.FilterArns,
		From: in.EventStartTime.UTC(), To: in.EventEndTime.UTC(),
	}, text(in.EventSourceArn), text(in.Destination.Arn))
	if err != nil {
		return nil, err
	}
	return &eventbridge.StartReplayOutput{ReplayArn: new(p.ARN()), State: types.ReplayState(p.State), ReplayStartTime: &p.Started}, nil
}

func (a archivesAPI) describeReplay(_ context.Context, c *Call, in *eventbridge.DescribeReplayInput) (*eventbridge.DescribeReplayOutput, error) {
	p, err := a.s.Replay(archiveAt(c, in.ReplayName))
	if err != nil {
		return nil, err
	}
	return &eventbridge.DescribeReplayOutput{
		ReplayArn: new(p.ARN()), ReplayName: in.ReplayName, Description: optional(p.Description), EventSourceArn: new(p.ArchiveARN()),
		Destination:    &types.ReplayDestination{Arn: new(p.Bus.ARN()), FilterArns: p.Only},
		EventStartTime: &p.From, EventEndTime: &p.To, EventLastReplayedTime: lastReplayed(&p),
		ReplayStartTime: &p.Started, ReplayEndTime: known(p.Ended), State: types.ReplayState(p.State), StateReason: optional(p.Reason),
	}, nil
}

// lastReplayed is the time of the last event that a replay put on its bus.
func lastReplayed(p *archives.Replay) *time.Time {
	if p.Last == nil {
		return nil
	}
	return &p.Last.Time
}

func (a archivesAPI) listReplays(_ context.Context, c *Call, in *eventbridge.ListReplaysInput) (*eventbridge.ListReplaysOutput, error) {
	after, err := listAfter(in.NextToken, "replay")
	if err != nil {
		return nil, err
	}
	page, more, err := a.s.Replays(archives.Listing{
		Tenant: c.Tenant, Prefix: text(in.NamePrefix), Source: text(in.EventSourceArn), State: string(in.State), After: after, Limit: listLimit(in.Limit),
	})
	if err != nil {
		return nil, err
	}
	out := &eventbridge.ListReplaysOutput{Replays: []types.Replay{}}
	for _, p := range page {
		out.Replays = append(out.Replays, types.Replay{
			ReplayName: &p.Name.Name, EventSourceArn: new(p.ArchiveARN()), State: types.ReplayState(p.State), StateReason: optional(p.Reason),
			EventStartTime: &p.From, EventEndTime: &p.To, EventLastReplayedTime: lastReplayed(&p),
			ReplayStartTime: &p.Started, ReplayEndTime: known(p.Ended),
		})
	}
	if more {
		out.NextToken = writeToken("replay", page[len(page)-1].Name.Name)
	}
	return out, nil
}

func (a archivesAPI) cancelReplay(ctx context.Context, c *Call, in *eventbridge.CancelReplayInput) (*eventbridge.CancelReplayOutput, error) {
	p, err := a.s.Cancel(ctx, archiveAt(c, in.ReplayName))
	if err != nil {
		return nil, err
	}
	return &eventbridge.CancelReplayOutput{ReplayArn: new(p.ARN()), State: types.ReplayState(p.State)}, nil
}
