package abroad

import (
	"strings"

	"skywatch/internal/arn"
	"skywatch/targets"
	"skywatch/targets/forward"
)

// kind is a kind of target that can be reached elsewhere.
type kind struct {
	// name is the service by which profiles and drivers know it: that of the API
	// that is called, which is not always the ARN's.
	name string
	// house marks what this house has itself: it is elsewhere only by a profile.
	house bool
	// call makes the call; nil: AWS has no public one, and only a driver helps.
	call func(*errand) (forward.Call, error)
	// make is the call that makes what the first one found missing; nil: none.
	make func(*errand) forward.Call
	// judge reads an answer that says success and may yet mean failure; nil: it
	// does not.
	judge func(answer []byte) error
	// repeated is the code of AWS that says that the call had its effect before.
	repeated string
	// action is what an ARN that stands for one says: stop-instance, recover.
	action string
}

// errand is a delivery on its way.
type errand struct {
	*targets.Delivery
	arn arn.ARN
	// account and region are those of the ARN, or where it has none, of the
	// delivery's cause.
	account, region string
	// endpoint is the URL of the service that is called.
	endpoint string
	kind     *kind
}

func (e *errand) to(action string, input any) (forward.Call, error) {
	return forward.Call{Action: action, Input: input}, nil
}

// kindOf tells what an ARN stands for (events.md 4.3); nil: nothing that could be
// elsewhere.
func kindOf(a arn.ARN) *kind {
	switch a.Service {
	case "events":
		return eventKind(a)
	case "ssm":
		return systemsKind(a)
	case "automate", "swf":
		return instanceAction(a)
	case "sns", "lambda":
		if k := targets.KindOf(a.String()); k != targets.Topic && k != targets.Function {
			return nil // of this house alone: a subscription, a line of invocations
		}
	case "redshift", "redshift-serverless":
		return &kind{name: "redshift-data", call: runStatement}
	}
	if k, ok := kinds[a.Service]; ok {
		return &k
	}
	return nil
}

// kinds are those that the service of their ARN tells.
var kinds = map[string]kind{
	"sqs":           {name: "sqs", house: true, call: sendMessage},
	"sns":           {name: "sns", house: true, call: publish},
	"lambda":        {name: "lambda", house: true, call: invoke},
	"kinesis":       {name: "kinesis", house: true, call: putRecord},
	"logs":          {name: "logs", house: true, call: putLogEvents, make: createLogStream},
	"firehose":      {name: "firehose", call: putToFirehose},
	"execute-api":   {name: "execute-api", call: callGateway},
	"appsync":       {name: "appsync", call: callGraph, judge: judgeGraph},
	"ecs":           {name: "ecs", call: runTask, judge: judgeTasks},
	"batch":         {name: "batch", call: submitJob},
	"states":        {name: "states", call: startExecution, repeated: "ExecutionAlreadyExists"},
	"codebuild":     {name: "codebuild", call: startBuild},
	"codepipeline":  {name: "codepipeline", call: startPipeline},
	"inspector":     {name: "inspector", call: startAssessment},
	"glue":          {name: "glue", call: startWorkflow},
	"sagemaker":     {name: "sagemaker", call: startModelPipeline},
	"ssm-incidents": {name: "ssm-incidents", call: startIncident},
}

// eventKind is that of an ARN of EventBridge: a bus, or one of the built-in
// targets.
func eventKind(a arn.ARN) *kind {
	what, name, _ := strings.Cut(a.Resource, "/")
	switch {
	case what == string(targets.Bus):
		return &kind{name: "events", house: true, call: putEvent, judge: judgeEntries}
	case what == "target":
		return builtIn(name)
	}
	return nil
}
