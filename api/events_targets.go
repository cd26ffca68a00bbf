package api

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventbridgeschemas "github.com/aws/aws-sdk-go-v2/service/eventbridge/schemas"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"skywatch/rules"
)

func (a eventsAPI) targetOperations() []offered {
	return []offered{
		offer("PutTargets", a.putTargets, "conformance: TestEventTargets", putTargetsFields()),
		offer("RemoveTargets", a.removeTargets, "conformance: TestEventTargets", Fields{"Rule": Acts, "EventBusName": Acts, "Ids": Acts, "Force": Acts}),
		offer("ListTargetsByRule", a.listTargets, "conformance: TestEventTargets", Fields{"Rule": Acts, "EventBusName": Acts, "NextToken": Acts, "Limit": Acts}),
	}
}

// keptBlocks are the parameters of kinds of targets, kept as they came: rules fill
// in what comes from the event, and what carries to the kind acts on the rest.
var keptBlocks = [...]string{
	"AppSyncParameters", "BatchParameters", "EcsParameters", "HttpParameters", "KinesisParameters",
	"RedshiftDataParameters", "RunCommandParameters", "SageMakerPipelineParameters",
}

func putTargetsFields() Fields {
	f := Fields{
		"Rule": Acts, "EventBusName": Acts, "Targets": Acts, "Targets.Id": Acts, "Targets.Arn": Acts, "Targets.RoleArn": Kept,
		"Targets.Input": Acts, "Targets.InputPath": Acts, "Targets.InputTransformer": Acts,
		"Targets.InputTransformer.InputPathsMap": Acts, "Targets.InputTransformer.InputTemplate": Acts,
		"Targets.SqsParameters": Acts, "Targets.SqsParameters.MessageGroupId": Acts,
		"Targets.RetryPolicy": Acts, "Targets.RetryPolicy.MaximumRetryAttempts": Acts, "Targets.RetryPolicy.MaximumEventAgeInSeconds": Acts,
		"Targets.DeadLetterConfig": Acts, "Targets.DeadLetterConfig.Arn": Acts,
	}
	for _, m := range members(eventbridgeschemas.PutTargetsRequest, "") {
		if inBlock(m, "Targets.", keptBlocks[:]) {
			f[m] = Acts
		}
	}
	return f
}

func (a eventsAPI) putTargets(ctx context.Context, c *Call, in *eventbridge.PutTargetsInput) (*eventbridge.PutTargetsOutput, error) {
	n, err := ruleAt(c, in.EventBusName, in.Rule)
	if err != nil {
		return nil, err
	}
	add := make([]rules.Target, len(in.Targets))
	for i := range in.Targets {
		if add[i], err = readTarget(&in.Targets[i]); err != nil {
			return nil, err
		}
	}
	if err := a.r.PutTargets(ctx, n, add); err != nil {
		return nil, err
	}
	return &eventbridge.PutTargetsOutput{FailedEntries: []types.PutTargetsResultEntry{}}, nil
}

func readTarget(in *types.Target) (rules.Target, error) {
	t := rules.Target{
		ID: text(in.Id), ARN: text(in.Arn), RoleARN: text(in.RoleArn),
		Input: rules.Input{Constant: text(in.Input), Path: text(in.InputPath)},
	}
	if x := in.InputTransformer; x != nil {
		t.Transformer = &rules.Transformer{Paths: x.InputPathsMap, Template: text(x.InputTemplate)}
	}
	if in.SqsParameters != nil {
		t.MessageGroupID = text(in.SqsParameters.MessageGroupId)
	}
	if in.DeadLetterConfig != nil {
		t.DeadLetter = text(in.DeadLetterConfig.Arn)
	}
	if p := in.RetryPolicy; p != nil {
		t.Retry = &rules.RetryPolicy{MaxAttempts: whole(p.MaximumRetryAttempts), MaxAgeSeconds: whole(p.MaximumEventAgeInSeconds)}
	}
	var err error
	t.Blocks, err = keepBlocks(in, keptBlocks[:])
	return t, err
}

func whole(n *int32) *int {
	if n == nil {
		return nil
	}
	return new(int(*n))
}

func short(n *int) *int32 {
	if n == nil {
		return nil
	}
	return new(int32(*n)) // it came as one
}

func wireTarget(t *rules.Target) (types.Target, error) {
	out := types.Target{
		Id: &t.ID, Arn: &t.ARN, RoleArn: optional(t.RoleARN), Input: optional(t.Constant), InputPath: optional(t.Path),
	}
	if x := t.Transformer; x != nil {
		out.InputTransformer = &types.InputTransformer{InputPathsMap: x.Paths, InputTemplate: &x.Template}
	}
	if t.MessageGroupID != "" {
		out.SqsParameters = &types.SqsParameters{MessageGroupId: &t.MessageGroupID}
	}
	if t.DeadLetter != "" {
		out.DeadLetterConfig = &types.DeadLetterConfig{Arn: &t.DeadLetter}
	}
	if p := t.Retry; p != nil {
		out.RetryPolicy = &types.RetryPolicy{MaximumRetryAttempts: short(p.MaxAttempts), MaximumEventAgeInSeconds: short(p.MaxAgeSeconds)}
	}
	return out, showBlocks(&out, t.Blocks)
}

func (a eventsAPI) removeTargets(ctx context.Context, c *Call, in *eventbridge.RemoveTargetsInput) (*eventbridge.RemoveTargetsOutput, error) {
	n, err := ruleAt(c, in.EventBusName, in.Rule)
	if err != nil {
		return nil, err
	}
	unknown, err := a.r.RemoveTargets(ctx, n, in.Ids, in.Force)
	if err != nil {
		return nil, err
	}
	out := &eventbridge.RemoveTargetsOutput{FailedEntries: []types.RemoveTargetsResultEntry{}, FailedEntryCount: int32(len(unknown))}
	for _, id := range unknown {
		out.FailedEntries = append(out.FailedEntries, types.RemoveTargetsResultEntry{
			TargetId: &id, ErrorCode: new("ResourceNotFoundException"),
			ErrorMessage: new(fmt.Sprintf("Rule %s does not have a target with id %s.", n.Rule, id)), // wording (inferred)
		})
	}
	return out, nil
}

func (a eventsAPI) listTargets(_ context.Context, c *Call, in *eventbridge.ListTargetsByRuleInput) (*eventbridge.ListTargetsByRuleOutput, error) {
	n, err := ruleAt(c, in.EventBusName, in.Rule)
	if err != nil {
		return nil, err
	}
	after, err := listAfter(in.NextToken, "event-target")
	if err != nil {
		return nil, err
	}
	page, more, err := a.r.Targets(n, after, listLimit(in.Limit))
	if err != nil {
		return nil, err
	}
	out := &eventbridge.ListTargetsByRuleOutput{Targets: make([]types.Target, len(page))}
	for i := range page {
		if out.Targets[i], err = wireTarget(&page[i]); err != nil {
			return nil, err
		}
	}
	if more {
		out.NextToken = writeToken("event-target", page[len(page)-1].ID)
	}
	return out, nil
}
