package rules

import (
	"strings"

	"skywatch/internal/arn"
	"skywatch/internal/fault"
)

// block is what one kind of target takes beside its input, under its name in
// PutTargets.
type block struct {
	name string
	// required is of kinds that cannot be sent anything without.
	required bool
	// dynamic blocks may take texts from the event (API reference; user guide,
	// "Dynamic parameters").
	dynamic bool
}

// httpBlock is the block of what is called over HTTP.
const httpBlock = "HttpParameters"

// blocks are those that the service of a target's ARN tells (events.md 4.3).
var blocks = map[string]block{
	"appsync":             {name: "AppSyncParameters", required: true},
	"batch":               {name: "BatchParameters", required: true},
	"ecs":                 {name: "EcsParameters", required: true, dynamic: true},
	"kinesis":             {name: "KinesisParameters", dynamic: true},
	"redshift":            {name: "RedshiftDataParameters", required: true, dynamic: true},
	"redshift-serverless": {name: "RedshiftDataParameters", required: true, dynamic: true},
	"sagemaker":           {name: "SageMakerPipelineParameters", dynamic: true},
}

// blockOf returns the block that a target's kind takes. A target that is called
// over HTTP takes HttpParameters; those of any other kind are kept, and reach
// nobody.
func blockOf(target string) block {
	a, err := arn.Parse(target)
	if err == nil && a.Service == "ssm" && strings.HasPrefix(a.Resource, "document/") {
		return block{name: "RunCommandParameters", required: true}
	}
	if b, ok := blocks[a.Service]; ok {
		return b
	}
	return block{name: httpBlock, dynamic: true}
}

// checkBlock refuses a target that lacks the block of its kind.
func (t *Target) checkBlock() error {
	b := blockOf(t.ARN)
	if _, ok := t.Blocks[b.name]; b.required && !ok {
		return fault.New(fault.Validation, "Parameter(s) %s must be specified for target: %s.", b.name, t.ID) // wording (inferred)
	}
	return nil
}
