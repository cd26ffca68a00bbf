package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"skywatch/internal/fault"
	"skywatch/rules"
)

func eventOperations(r *rules.Service) []offered {
	a := eventsAPI{r}
	all := []offered{
		offer("PutEvents", a.putEvents, "conformance: TestEvents", Fields{
			"Entries": Acts, "Entries.Time": Acts, "Entries.Source": Acts, "Entries.Resources": Acts, "Entries.DetailType": Acts,
			"Entries.Detail": Acts, "Entries.EventBusName": Acts, "Entries.TraceHeader": Acts, "EndpointId": Refused,
		}),
		offer("TestEventPattern", a.testPattern, "conformance: TestEvents", Fields{"EventPattern": Acts, "Event": Acts}),
		offer("TagResource", a.tag, "api: TestEventTags", Fields{"ResourceARN": Acts, "Tags": Kept, "Tags.Key": Kept, "Tags.Value": Kept}),
		offer("UntagResource", a.untag, "api: TestEventTags", Fields{"ResourceARN": Acts, "TagKeys": Acts}),
		offer("ListTagsForResource", a.listTags, "api: TestEventTags", Fields{"ResourceARN": Acts}),
	}
	all = append(all, a.busOperations()...)
	all = append(all, a.ruleOperations()...)
	all = append(all, a.partnerOperations()...)
	return append(all, a.targetOperations()...)
}

// eventsAPI turns EventBridge's shapes into calls of the rules.
type eventsAPI struct{ r *rules.Service }

// busAt reads the bus that an operation on buses or rules names; another
// account's are not there for the caller.
func busAt(c *Call, nameOrARN *string) (rules.BusName, error) {
	n, err := rules.ParseBus(c.Tenant, text(nameOrARN))
	if err == nil && n.Tenant != c.Tenant {
		err = fault.New(fault.NotFound, "Event bus %s does not exist.", n.Bus)
	}
	return n, err
}

// mostListed is how many EventBridge lists at once where Limit is not given.
const mostListed = 100

func listLimit(limit *int32) int {
	if limit == nil {
		return mostListed
	}
	return int(*limit)
}

// listAfter reads a NextToken of a listing.
func listAfter(token *string, list string) (string, error) {
	after, err := readToken(token, list, 1)
	if err != nil {
		return "", fault.New(fault.Validation, "Parameter NextToken is not valid.").On("NextToken") // wording (inferred)
	}
	return after[0], nil
}

func (a eventsAPI) putEvents(ctx context.Context, c *Call, in *eventbridge.PutEventsInput) (*eventbridge.PutEventsOutput, error) {
	entries := make([]rules.Entry, len(in.Entries))
	for i, e := range in.Entries {
		entries[i] = rules.Entry{
			Source: text(e.Source), Resources: e.Resources, DetailType: text(e.DetailType), Detail: text(e.Detail), Bus: text(e.EventBusName),
			Trace: text(e.TraceHeader),
		}
		if e.TraceHeader == nil {
			entries[i].Trace = c.Trace() // (inferred)
		}
		if e.Time != nil {
			entries[i].Time = *e.Time
		}
	}
	results, err := a.r.PutEvents(ctx, c.Tenant, entries)
	if err != nil {
		return nil, err
	}
	out := &eventbridge.PutEventsOutput{Entries: make([]types.PutEventsResultEntry, len(results))}
	for i, r := range results {
		out.Entries[i] = types.PutEventsResultEntry{EventId: optional(r.EventID), ErrorCode: optional(r.Code), ErrorMessage: optional(r.Message)}
		if r.Code != "" {
			out.FailedEntryCount++
		}
	}
	return out, nil
}

func (a eventsAPI) testPattern(_ context.Context, _ *Call, in *eventbridge.TestEventPatternInput) (*eventbridge.TestEventPatternOutput, error) {
	matched, err := rules.TestPattern(text(in.EventPattern), text(in.Event))
	if err != nil {
		return nil, err
	}
	return &eventbridge.TestEventPatternOutput{Result: matched}, nil
}

func (a eventsAPI) tag(ctx context.Context, c *Call, in *eventbridge.TagResourceInput) (*eventbridge.TagResourceOutput, error) {
	if err := a.r.Tag(ctx, c.Tenant, text(in.ResourceARN), eventTags(in.Tags)); err != nil {
		return nil, err
	}
	return &eventbridge.TagResourceOutput{}, nil
}

func (a eventsAPI) untag(ctx context.Context, c *Call, in *eventbridge.UntagResourceInput) (*eventbridge.UntagResourceOutput, error) {
	if err := a.r.Untag(ctx, c.Tenant, text(in.ResourceARN), in.TagKeys); err != nil {
		return nil, err
	}
	return &eventbridge.UntagResourceOutput{}, nil
}

func (a eventsAPI) listTags(_ context.Context, c *Call, in *eventbridge.ListTagsForResourceInput) (*eventbridge.ListTagsForResourceOutput, error) {
	tags, err := a.r.Tags(c.Tenant, text(in.ResourceARN))
	if err != nil {
		return nil, err
	}
	out := &eventbridge.ListTagsForResourceOutput{Tags: []types.Tag{}}
	for _, k := range sortedKeys(tags) {
		out.Tags = append(out.Tags, types.Tag{Key: &k, Value: new(tags[k])})
	}
	return out, nil
}

func eventTags(tags []types.Tag) map[string]string {
	out := map[string]string{}
	for _, t := range tags {
		out[text(t.Key)] = text(t.Value)
	}
	return out
}
