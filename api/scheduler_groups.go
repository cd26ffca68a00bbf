package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"skywatch/scheduler"
)

func (a schedulerAPI) groupOperations() []offered {
	return []offered{
		offer("CreateScheduleGroup", a.createGroup, "conformance: TestScheduleGroups", Fields{
			"Name": Acts, "ClientToken": Acts, "Tags": Kept, "Tags.Key": Kept, "Tags.Value": Kept,
		}),
		offer("GetScheduleGroup", a.getGroup, "conformance: TestScheduleGroups", Fields{"Name": Acts}),
		offer("DeleteScheduleGroup", a.deleteGroup, "conformance: TestScheduleGroups", Fields{"Name": Acts, "ClientToken": Acts}),
		offer("ListScheduleGroups", a.listGroups, "conformance: TestScheduleGroups", Fields{"NamePrefix": Acts, "NextToken": Acts, "MaxResults": Acts}),
	}
}

func (a schedulerAPI) createGroup(ctx context.Context, c *Call, in *sdk.CreateScheduleGroupInput) (*sdk.CreateScheduleGroupOutput, error) {
	arn, err := a.s.CreateGroup(ctx, groupAt(c, in.Name), scheduleTags(in.Tags), text(in.ClientToken))
	if err != nil {
		return nil, err
	}
	return &sdk.CreateScheduleGroupOutput{ScheduleGroupArn: &arn}, nil
}

func (a schedulerAPI) getGroup(_ context.Context, c *Call, in *sdk.GetScheduleGroupInput) (*sdk.GetScheduleGroupOutput, error) {
	g, err := a.s.Group(groupAt(c, in.Name))
	if err != nil {
		return nil, err
	}
	w := wireGroup(&g)
	return &sdk.GetScheduleGroupOutput{
		Arn: w.Arn, Name: w.Name, State: w.State, CreationDate: w.CreationDate, LastModificationDate: w.LastModificationDate,
	}, nil
}

func wireGroup(g *scheduler.Group) types.ScheduleGroupSummary {
	w := types.ScheduleGroupSummary{Arn: new(g.ARN()), Name: new(g.Group), State: types.ScheduleGroupState(g.State)}
	if !g.Created.IsZero() {
		w.CreationDate = &g.Created
	}
	if !g.Modified.IsZero() {
		w.LastModificationDate = &g.Modified
	}
	return w
}

func (a schedulerAPI) deleteGroup(ctx context.Context, c *Call, in *sdk.DeleteScheduleGroupInput) (*sdk.DeleteScheduleGroupOutput, error) {
	return &sdk.DeleteScheduleGroupOutput{}, a.s.DeleteGroup(ctx, groupAt(c, in.Name), text(in.ClientToken))
}

func (a schedulerAPI) listGroups(_ context.Context, c *Call, in *sdk.ListScheduleGroupsInput) (*sdk.ListScheduleGroupsOutput, error) {
	after, err := scheduledAfter(in.NextToken, "schedule-group", 1)
	if err != nil {
		return nil, err
	}
	page, more, err := a.s.Groups(scheduler.GroupListing{
		Tenant: c.Tenant, Prefix: text(in.NamePrefix), After: after[0], Limit: listLimit(in.MaxResults),
	})
	if err != nil {
		return nil, err
	}
	out := &sdk.ListScheduleGroupsOutput{ScheduleGroups: make([]types.ScheduleGroupSummary, len(page))}
	for i := range page {
		out.ScheduleGroups[i] = wireGroup(&page[i])
	}
	if more {
		out.NextToken = writeToken("schedule-group", page[len(page)-1].Group)
	}
	return out, nil
}
