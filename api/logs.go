package api

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"skywatch/internal/fault"
	"skywatch/logs"
)

func logOperations(s *logs.Service) []offered {
	a := logsAPI{s}
	all := []offered{
		offer("CreateLogGroup", a.createGroup, "conformance: TestLogGroups", Fields{
			"LogGroupName": Acts, "LogGroupClass": Acts, "Tags": Kept, "KmsKeyId": Refused, "DeletionProtectionEnabled": Refused,
		}),
		offer("DeleteLogGroup", a.deleteGroup, "conformance: TestLogGroups", Fields{"LogGroupName": Acts}),
		offer("DescribeLogGroups", a.describeGroups, "conformance: TestLogGroups", Fields{
			"LogGroupNamePrefix": Acts, "LogGroupNamePattern": Acts, "LogGroupIdentifiers": Acts, "LogGroupClass": Acts,
			"NextToken": Acts, "Limit": Acts, "AccountIdentifiers": Refused, "IncludeLinkedAccounts": Refused,
		}),
		offer("PutRetentionPolicy", a.putRetention, "conformance: TestLogGroups", Fields{"LogGroupName": Acts, "RetentionInDays": Acts}),
		offer("DeleteRetentionPolicy", a.deleteRetention, "conformance: TestLogGroups", Fields{"LogGroupName": Acts}),
	}
	all = append(all, a.tagOperations()...)
	all = append(all, a.streamOperations()...)
	return append(all, a.eventOperations()...)
}

// logsAPI turns CloudWatch Logs's shapes into calls of the log groups.
type logsAPI struct{ s *logs.Service }

func logGroupAt(c *Call, name *string) logs.GroupName {
	return logs.GroupName{Tenant: c.Tenant, Group: text(name)}
}

// logGroupOf is the group that an operation names by its name or by what AWS
// calls an identifier: exactly one of them.
func logGroupOf(c *Call, name, identifier *string) (logs.GroupName, error) {
	switch {
	case name != nil && identifier != nil:
		return logs.GroupName{}, wrongLogs("logGroupIdentifier", "LogGroup name and LogGroup ARN are mutually exclusive parameters.") // wording (inferred)
	case identifier != nil:
		return logs.Identified(c.Tenant, *identifier)
	case name == nil:
		return logs.GroupName{}, wrongLogs("logGroupName", "Either logGroupName or logGroupIdentifier must be given.") // wording (inferred)
	}
	return logGroupAt(c, name), nil
}

func wrongLogs(param, message string) error {
	return fault.New(fault.InvalidValue, "%s", message).On(param)
}

// logsAfter reads a nextToken of a listing.
func logsAfter(token *string, list string) (string, error) {
	after, err := readToken(token, list, 1)
	if err != nil {
		return "", wrongLogs("nextToken", "The specified nextToken is invalid.")
	}
	return after[0], nil
}

func millis(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	return new(t.UnixMilli())
}

// logTime is the time of milliseconds since 1970, zero for none.
func logTime(millis *int64) time.Time {
	if millis == nil {
		return time.Time{}
	}
	return time.UnixMilli(*millis).UTC()
}

func (a logsAPI) createGroup(ctx context.Context, c *Call, in *sdk.CreateLogGroupInput) (*sdk.CreateLogGroupOutput, error) {
	// The other classes are what AWS has to store for less and to read for more.
	if in.LogGroupClass != "" && in.LogGroupClass != types.LogGroupClassStandard {
		return nil, wrongLogs("logGroupClass", "The log group class "+string(in.LogGroupClass)+" is not offered by this version of Skywatch.")
	}
	return nil, a.s.CreateGroup(ctx, logGroupAt(c, in.LogGroupName), in.Tags)
}

func (a logsAPI) deleteGroup(ctx context.Context, c *Call, in *sdk.DeleteLogGroupInput) (*sdk.DeleteLogGroupOutput, error) {
	return nil, a.s.DeleteGroup(ctx, logGroupAt(c, in.LogGroupName))
}

func (a logsAPI) describeGroups(_ context.Context, c *Call, in *sdk.DescribeLogGroupsInput) (*sdk.DescribeLogGroupsOutput, error) {
	l := logs.GroupListing{Tenant: c.Tenant, Prefix: text(in.LogGroupNamePrefix), Part: text(in.LogGroupNamePattern), Limit: listLimit(in.Limit)}
	if l.Prefix != "" && l.Part != "" {
		return nil, wrongLogs("logGroupNamePattern", "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
	}
	if in.Limit == nil {
		l.Limit = mostDescribed
	}
	var err error
	if l.After, err = logsAfter(in.NextToken, "log-group"); err != nil {
		return nil, err
	}
	out := &sdk.DescribeLogGroupsOutput{LogGroups: []types.LogGroup{}}
	if in.LogGroupClass != "" && in.LogGroupClass != types.LogGroupClassStandard {
		return out, nil // there are none
	}
	if l.Only, err = identifiedGroups(c, in.LogGroupIdentifiers); err != nil {
		return nil, err
	}
	page, more, err := a.s.Groups(l)
	if err != nil {
		return nil, err
	}
	for i := range page {
		out.LogGroups = append(out.LogGroups, wireLogGroup(&page[i]))
	}
	if more {
		out.NextToken = writeToken("log-group", page[len(page)-1].Group)
	}
	return out, nil
}

// mostDescribed is how many groups or streams are described at once where the
// caller does not say (DescribeLogGroups).
const mostDescribed = 50

// identifiedGroups are the names of the groups that identifiers stand for, nil
// for no identifiers. What is not the caller's is not there.
func identifiedGroups(c *Call, identifiers []string) (map[string]bool, error) {
	if len(identifiers) == 0 {
		return nil, nil
	}
	names := map[string]bool{}
	for _, id := range identifiers {
		n, err := logs.Identified(c.Tenant, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		names[n.Group] = true
	}
	return names, nil
}

func wireLogGroup(g *logs.Group) types.LogGroup {
	w := types.LogGroup{
		LogGroupName: &g.Group, Arn: new(g.ARN() + ":*"), LogGroupArn: new(g.ARN()), CreationTime: millis(g.Created),
		StoredBytes: &g.Bytes, MetricFilterCount: new(int32(0)), LogGroupClass: types.LogGroupClassStandard,
	}
	if g.Retention > 0 {
		w.RetentionInDays = new(int32(g.Retention))
	}
	return w
}

func (a logsAPI) putRetention(ctx context.Context, c *Call, in *sdk.PutRetentionPolicyInput) (*sdk.PutRetentionPolicyOutput, error) {
	return nil, a.s.SetRetention(ctx, logGroupAt(c, in.LogGroupName), number(in.RetentionInDays))
}

func (a logsAPI) deleteRetention(ctx context.Context, c *Call, in *sdk.DeleteRetentionPolicyInput) (*sdk.DeleteRetentionPolicyOutput, error) {
	return nil, a.s.ClearRetention(ctx, logGroupAt(c, in.LogGroupName))
}
