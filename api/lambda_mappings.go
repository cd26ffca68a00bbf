package api

import (
	"context"
	"slices"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdaschemas "github.com/aws/aws-sdk-go-v2/service/lambda/schemas"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"skywatch/targets/function"
)

const shownMapping = "conformance: TestQueueToFunction"

func (a lambdaAPI) mappingOperations() []offered {
	return []offered{
		offer("CreateEventSourceMapping", a.createMapping, shownMapping, mappingFields(members(lambdaschemas.CreateEventSourceMappingRequest, ""))),
		offer("UpdateEventSourceMapping", a.updateMapping, shownMapping, mappingFields(members(lambdaschemas.UpdateEventSourceMappingRequest, ""))),
		offer("GetEventSourceMapping", a.getMapping, shownMapping, Fields{"UUID": Acts}),
		offer("DeleteEventSourceMapping", a.deleteMapping, shownMapping, Fields{"UUID": Acts}),
		offer("ListEventSourceMappings", a.listMappings, shownMapping, Fields{"EventSourceArn": Acts, "FunctionName": Acts, "Marker": Acts, "MaxItems": Acts}),
	}
}

// mappingFields: what concerns queues acts, but for the metrics of pollers.
func mappingFields(all []string) Fields {
	acts := []string{
		"UUID", "EventSourceArn", "FunctionName", "Enabled", "BatchSize", "MaximumBatchingWindowInSeconds", "FunctionResponseTypes",
		"ScalingConfig", "ScalingConfig.MaximumConcurrency", "FilterCriteria", "FilterCriteria.Filters", "FilterCriteria.Filters.Pattern",
	}
	// Clients send these empty, for what they do not ask for.
	empty := []string{"DestinationConfig", "DestinationConfig.OnSuccess", "DestinationConfig.OnFailure", "MetricsConfig"}
	f := Fields{}
	for _, m := range all {
		switch {
		case slices.Contains(acts, m), slices.Contains(empty, m):
			f[m] = Acts
		case m == "Tags":
			f[m] = Kept
		default:
			f[m] = Refused
		}
	}
	return f
}

// batching is what CreateEventSourceMapping and UpdateEventSourceMapping say
// alike.
type batching struct {
	Enabled       *bool
	Batch, Window *int32
	Answers       []types.FunctionResponseType
	Scaling       *types.ScalingConfig
	Filters       *types.FilterCriteria
}

func (b *batching) onto(m *function.Mapping) {
	if b.Enabled != nil {
		m.Disabled = !*b.Enabled
	}
	if b.Batch != nil {
		m.Batch = number(b.Batch)
	}
	if b.Window != nil {
		m.Window = time.Duration(*b.Window) * time.Second
	}
	if b.Answers != nil {
		m.Partial = slices.Contains(b.Answers, types.FunctionResponseTypeReportBatchItemFailures)
	}
	if b.Scaling != nil {
		m.Concurrent = number(b.Scaling.MaximumConcurrency)
	}
	if b.Filters != nil {
		m.Filters = nil
		for _, f := range b.Filters.Filters {
			m.Filters = append(m.Filters, text(f.Pattern))
		}
	}
}

func wireMapping(m *function.Mapping) *types.EventSourceMappingConfiguration {
	state := "Enabled"
	if m.Disabled {
		state = "Disabled"
	}
	of := m.Of()
	w := &types.EventSourceMappingConfiguration{
		UUID: &m.ID, EventSourceMappingArn: new(m.ARN()), EventSourceArn: &m.Source, FunctionArn: new(of.Qualified(m.Qualifier)),
		BatchSize: short(&m.Batch), MaximumBatchingWindowInSeconds: new(int32(m.Window.Seconds())), LastModified: &m.Modified,
		State: &state, StateTransitionReason: new("USER_INITIATED"), FunctionResponseTypes: []types.FunctionResponseType{},
	}
	if m.Partial {
		w.FunctionResponseTypes = append(w.FunctionResponseTypes, types.FunctionResponseTypeReportBatchItemFailures)
	}
	if m.Concurrent > 0 {
		w.ScalingConfig = &types.ScalingConfig{MaximumConcurrency: short(&m.Concurrent)}
	}
	if len(m.Filters) > 0 {
		w.FilterCriteria = &types.FilterCriteria{}
		for i := range m.Filters {
			w.FilterCriteria.Filters = append(w.FilterCriteria.Filters, types.Filter{Pattern: &m.Filters[i]})
		}
	}
	return w
}

func (a lambdaAPI) createMapping(ctx context.Context, c *Call, in *sdk.CreateEventSourceMappingInput) (*sdk.CreateEventSourceMappingOutput, error) {
	n, qualifier, err := functionAt(c, in.FunctionName, nil)
	if err != nil {
		return nil, err
	}
	m := function.Mapping{Tenant: c.Tenant, Source: text(in.EventSourceArn), Function: n.Function, Qualifier: qualifier, Tags: in.Tags}
	(&batching{in.Enabled, in.BatchSize, in.MaximumBatchingWindowInSeconds, in.FunctionResponseTypes, in.ScalingConfig, in.FilterCriteria}).onto(&m)
	if m, err = a.s.CreateMapping(ctx, m); err != nil {
		return nil, err
	}
	return same[sdk.CreateEventSourceMappingOutput](wireMapping(&m)), nil
}

func (a lambdaAPI) updateMapping(ctx context.Context, c *Call, in *sdk.UpdateEventSourceMappingInput) (*sdk.UpdateEventSourceMappingOutput, error) {
	m, err := a.s.UpdateMapping(ctx, c.Tenant, text(in.UUID), func(m *function.Mapping) error {
		if in.FunctionName != nil {
			n, qualifier, err := functionAt(c, in.FunctionName, nil)
			if err != nil {
				return err
			}
			m.Function, m.Qualifier = n.Function, qualifier
		}
		(&batching{in.Enabled, in.BatchSize, in.MaximumBatchingWindowInSeconds, in.FunctionResponseTypes, in.ScalingConfig, in.FilterCriteria}).onto(m)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return same[sdk.UpdateEventSourceMappingOutput](wireMapping(&m)), nil
}

func (a lambdaAPI) getMapping(_ context.Context, c *Call, in *sdk.GetEventSourceMappingInput) (*sdk.GetEventSourceMappingOutput, error) {
	m, err := a.s.Mapping(c.Tenant, text(in.UUID))
	if err != nil {
		return nil, err
	}
	return same[sdk.GetEventSourceMappingOutput](wireMapping(&m)), nil
}

func (a lambdaAPI) deleteMapping(ctx context.Context, c *Call, in *sdk.DeleteEventSourceMappingInput) (*sdk.DeleteEventSourceMappingOutput, error) {
	m, err := a.s.DeleteMapping(ctx, c.Tenant, text(in.UUID))
	if err != nil {
		return nil, err
	}
	w := wireMapping(&m)
	w.State = new("Deleting") // the last that is seen of it
	return same[sdk.DeleteEventSourceMappingOutput](w), nil
}

func (a lambdaAPI) listMappings(_ context.Context, c *Call, in *sdk.ListEventSourceMappingsInput) (*sdk.ListEventSourceMappingsOutput, error) {
	l, err := functionListing(in.Marker, "mappings", in.MaxItems)
	if err != nil {
		return nil, err
	}
	of := ""
	if in.FunctionName != nil {
		n, _, err := functionAt(c, in.FunctionName, nil)
		if err != nil {
			return nil, err
		}
		of = n.Function
	}
	page, more, err := a.s.Mappings(c.Tenant, text(in.EventSourceArn), of, l)
	if err != nil {
		return nil, err
	}
	out := &sdk.ListEventSourceMappingsOutput{EventSourceMappings: make([]types.EventSourceMappingConfiguration, len(page))}
	for i := range page {
		out.EventSourceMappings[i] = *wireMapping(&page[i])
	}
	if more {
		out.NextMarker = writeToken("lambda-mappings", page[len(page)-1].ID)
	}
	return out, nil
}
