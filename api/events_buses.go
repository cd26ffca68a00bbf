package api

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"skywatch/internal/fault"
	"skywatch/rules"
)

func (a eventsAPI) busOperations() []offered {
	return []offered{
		offer("CreateEventBus", a.createBus, "conformance: TestEventBuses", Fields{
			"Name": Acts, "Description": Kept, "Tags": Kept, "Tags.Key": Kept, "Tags.Value": Kept,
			"EventSourceName": Refused, "KmsKeyIdentifier": Refused, "DeadLetterConfig": Acts, "DeadLetterConfig.Arn": Acts,
			"LogConfig": Acts, "LogConfig.IncludeDetail": Acts, "LogConfig.Level": Acts,
		}),
		offer("UpdateEventBus", a.updateBus, "conformance: TestEventBuses", Fields{
			"Name": Acts, "Description": Kept, "KmsKeyIdentifier": Refused, "DeadLetterConfig": Acts, "DeadLetterConfig.Arn": Acts,
			"LogConfig": Acts, "LogConfig.IncludeDetail": Acts, "LogConfig.Level": Acts,
		}),
		offer("DescribeEventBus", a.describeBus, "conformance: TestEventBuses", Fields{"Name": Acts}),
		offer("ListEventBuses", a.listBuses, "conformance: TestEventBuses", Fields{"NamePrefix": Acts, "NextToken": Acts, "Limit": Acts}),
		offer("DeleteEventBus", a.deleteBus, "conformance: TestEventBuses", Fields{"Name": Acts}),
		offer("PutPermission", a.putPermission, "conformance: TestEventBuses", Fields{
			"EventBusName": Acts, "Action": Acts, "Principal": Acts, "StatementId": Acts, "Policy": Acts,
			"Condition": Acts, "Condition.Type": Acts, "Condition.Key": Acts, "Condition.Value": Acts,
		}),
		offer("RemovePermission", a.removePermission, "conformance: TestEventBuses", Fields{
			"StatementId": Acts, "RemoveAllPermissions": Acts, "EventBusName": Acts,
		}),
	}
}

func (a eventsAPI) createBus(ctx context.Context, c *Call, in *eventbridge.CreateEventBusInput) (*eventbridge.CreateEventBusOutput, error) {
	b := rules.Bus{BusName: rules.BusName{Tenant: c.Tenant, Bus: text(in.Name)}, Description: text(in.Description), Tags: eventTags(in.Tags)}
	if in.DeadLetterConfig != nil {
		b.DeadLetter = text(in.DeadLetterConfig.Arn)
	}
	if in.LogConfig != nil {
		b.Log = busLog(in.LogConfig)
	}
	if err := a.r.CreateBus(ctx, b); err != nil {
		return nil, err
	}
	return &eventbridge.CreateEventBusOutput{
		EventBusArn: new(b.ARN()), Description: in.Description, DeadLetterConfig: busDeadLetter(b), LogConfig: wireBusLog(b),
	}, nil
}

func (a eventsAPI) updateBus(ctx context.Context, c *Call, in *eventbridge.UpdateEventBusInput) (*eventbridge.UpdateEventBusOutput, error) {
	n, err := busAt(c, in.Name)
	if err != nil {
		return nil, err
	}
	change := rules.BusChange{Description: in.Description}
	if in.DeadLetterConfig != nil { // without an ARN: none any more (inferred)
		change.DeadLetter = new(text(in.DeadLetterConfig.Arn))
	}
	if in.LogConfig != nil {
		change.Log = new(busLog(in.LogConfig))
	}
	b, err := a.r.UpdateBus(ctx, n, change)
	if err != nil {
		return nil, err
	}
	return &eventbridge.UpdateEventBusOutput{
		Arn: new(n.ARN()), Name: &n.Bus, Description: optional(b.Description), DeadLetterConfig: busDeadLetter(b), LogConfig: wireBusLog(b),
	}, nil
}

func busLog(l *types.LogConfig) rules.BusLog {
	return rules.BusLog{Level: rules.LogLevel(l.Level), Detail: string(l.IncludeDetail)}
}

// wireBusLog is nil for a bus that was never given a LogConfig.
func wireBusLog(b rules.Bus) *types.LogConfig {
	if b.Log == (rules.BusLog{}) {
		return nil
	}
	return &types.LogConfig{Level: types.Level(b.Log.Level), IncludeDetail: types.IncludeDetail(b.Log.Detail)}
}

func busDeadLetter(b rules.Bus) *types.DeadLetterConfig {
	if b.DeadLetter == "" {
		return nil
	}
	return &types.DeadLetterConfig{Arn: &b.DeadLetter}
}

func (a eventsAPI) describeBus(_ context.Context, c *Call, in *eventbridge.DescribeEventBusInput) (*eventbridge.DescribeEventBusOutput, error) {
	n, err := busAt(c, in.Name)
	if err != nil {
		return nil, err
	}
	b, err := a.r.Bus(n)
	if err != nil {
		return nil, err
	}
	return &eventbridge.DescribeEventBusOutput{
		Arn: new(n.ARN()), Name: &n.Bus, Description: optional(b.Description), Policy: optional(b.Policy),
		CreationTime: known(b.Created), LastModifiedTime: known(b.Modified), DeadLetterConfig: busDeadLetter(b), LogConfig: wireBusLog(b),
	}, nil
}

func (a eventsAPI) listBuses(_ context.Context, c *Call, in *eventbridge.ListEventBusesInput) (*eventbridge.ListEventBusesOutput, error) {
	after, err := listAfter(in.NextToken, "event-bus")
	if err != nil {
		return nil, err
	}
	page, more, err := a.r.Buses(c.Tenant, text(in.NamePrefix), after, listLimit(in.Limit))
	if err != nil {
		return nil, err
	}
	out := &eventbridge.ListEventBusesOutput{EventBuses: []types.EventBus{}}
	for _, b := range page {
		out.EventBuses = append(out.EventBuses, types.EventBus{
			Arn: new(b.ARN()), Name: &b.Bus, Description: optional(b.Description), Policy: optional(b.Policy),
			CreationTime: known(b.Created), LastModifiedTime: known(b.Modified),
		})
	}
	if more {
		out.NextToken = writeToken("event-bus", page[len(page)-1].Bus)
	}
	return out, nil
}

func (a eventsAPI) deleteBus(ctx context.Context, c *Call, in *eventbridge.DeleteEventBusInput) (*eventbridge.DeleteEventBusOutput, error) {
	n, err := busAt(c, in.Name)
	if err != nil {
		return nil, err
	}
	return nil, a.r.DeleteBus(ctx, n)
}

func (a eventsAPI) putPermission(ctx context.Context, c *Call, in *eventbridge.PutPermissionInput) (*eventbridge.PutPermissionOutput, error) {
	n, err := busAt(c, in.EventBusName)
	if err != nil {
		return nil, err
	}
	if in.Policy != nil {
		if in.Action != nil || in.Principal != nil || in.StatementId != nil || in.Condition != nil {
			return nil, fault.New(fault.Validation, "Parameter Policy may not be given together with Action, Principal, StatementId or Condition.") // wording (inferred)
		}
		return nil, a.r.SetPolicy(ctx, n, *in.Policy)
	}
	p := rules.Permission{Action: text(in.Action), Principal: text(in.Principal), StatementID: text(in.StatementId)}
	if in.Condition != nil {
		p.Condition = &rules.Condition{Type: text(in.Condition.Type), Key: text(in.Condition.Key), Value: text(in.Condition.Value)}
	}
	return nil, a.r.Permit(ctx, n, p)
}

func (a eventsAPI) removePermission(ctx context.Context, c *Call, in *eventbridge.RemovePermissionInput) (*eventbridge.RemovePermissionOutput, error) {
	n, err := busAt(c, in.EventBusName)
	if err != nil {
		return nil, err
	}
	if in.RemoveAllPermissions {
		return nil, a.r.SetPolicy(ctx, n, "")
	}
	return nil, a.r.Forbid(ctx, n, text(in.StatementId))
}

// known is nil for a time that is not known.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
