package api

import (
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"skywatch/scheduler"
	"skywatch/targets"
)

// keptScheduleBlocks are the parameters of kinds of targets, kept as they came:
// what carries to the kind acts on them.
var keptScheduleBlocks = [...]string{"EcsParameters", "KinesisParameters", "SageMakerPipelineParameters"}

// readScheduleTarget reads a target; of the retry policy what is not said is
// the default, which the service shows (recorded).
func readScheduleTarget(in *types.Target) (scheduler.Target, error) {
	preset := targets.GeneralRetry()
	t := scheduler.Target{
		ARN: text(in.Arn), RoleARN: text(in.RoleArn), Input: text(in.Input),
		MaxRetries: preset.Max, MaxAgeSeconds: int(preset.MaxAge.Seconds()),
	}
	if p := in.RetryPolicy; p != nil {
		if p.MaximumRetryAttempts != nil {
			t.MaxRetries = number(p.MaximumRetryAttempts)
		}
		if p.MaximumEventAgeInSeconds != nil {
			t.MaxAgeSeconds = number(p.MaximumEventAgeInSeconds)
		}
	}
	if in.DeadLetterConfig != nil {
		t.DeadLetter = text(in.DeadLetterConfig.Arn)
	}
	if in.SqsParameters != nil {
		t.MessageGroup = text(in.SqsParameters.MessageGroupId)
	}
	if e := in.EventBridgeParameters; e != nil {
		t.Event = &scheduler.EventParameters{DetailType: text(e.DetailType), Source: text(e.Source)}
	}
	var err error
	t.Blocks, err = keepBlocks(in, keptScheduleBlocks[:])
	return t, err
}

func wireScheduleTarget(t *scheduler.Target) (types.Target, error) {
	out := types.Target{
		Arn: &t.ARN, RoleArn: &t.RoleARN, Input: optional(t.Input),
		RetryPolicy: &types.RetryPolicy{MaximumRetryAttempts: short(&t.MaxRetries), MaximumEventAgeInSeconds: short(&t.MaxAgeSeconds)},
	}
	if t.DeadLetter != "" {
		out.DeadLetterConfig = &types.DeadLetterConfig{Arn: &t.DeadLetter}
	}
	if t.MessageGroup != "" {
		out.SqsParameters = &types.SqsParameters{MessageGroupId: &t.MessageGroup}
	}
	if t.Event != nil {
		out.EventBridgeParameters = &types.EventBridgeParameters{DetailType: &t.Event.DetailType, Source: &t.Event.Source}
	}
	return out, showBlocks(&out, t.Blocks)
}
