package scheduler

import (
	"encoding/json"
	"maps"
	"slices"

	"skywatch/internal/arn"
)

// block is what one kind of target takes beside its input.
type block struct {
	service, name, what string
	required            bool
}

// blocks are the blocks that targets keep (API reference, Target).
var blocks = []block{
	{"ecs", "EcsParameters", "an ECS cluster", true},
	{"kinesis", "KinesisParameters", "a Kinesis stream", false},
	{"sagemaker", "SageMakerPipelineParameters", "a SageMaker pipeline", false},
}

// checkBlocks wants the block of the target's kind, and no other.
func (t *Target) checkBlocks(a arn.ARN) error {
	for _, b := range blocks {
		_, given := t.Blocks[b.name]
		switch {
		case b.required && !given && a.Service == b.service:
			return invalid("Target."+b.name, "%s are required for %s.", b.name, b.what) // wording (inferred)
		case given && a.Service != b.service:
			return onlyFor(b.name, b.what)
		}
	}
	return nil
}

// parameters are those of the block that the target has; it has one at most.
func (t *Target) parameters() json.RawMessage {
	for _, name := range slices.Sorted(maps.Keys(t.Blocks)) {
		return t.Blocks[name]
	}
	return nil
}
