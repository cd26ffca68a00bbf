package abroad

import (
	"encoding/json"
	"fmt"
	"strings"

	"skywatch/targets/forward"
)

// startExecution starts a state machine, standard or express, with the payload.
// The delivery's ID is the execution's name, so that a repeat finds it there.
func startExecution(e *errand) (forward.Call, error) {
	return e.to("StartExecution", map[string]any{"stateMachineArn": e.Target, "input": e.Message, "name": e.ID})
}

// startBuild starts a build of CodeBuild. A payload that was made for it gives the
// other members of StartBuild's input.
func startBuild(e *errand) (forward.Call, error) {
	in := map[string]any{"projectName": strings.TrimPrefix(e.arn.Resource, "project/"), "idempotencyToken": e.ID}
	e.override(in)
	return e.to("StartBuild", in)
}

// startPipeline starts a pipeline of CodePipeline; a payload that was made for it
// may give its variables and sourceRevisions.
func startPipeline(e *errand) (forward.Call, error) {
	in := map[string]any{"name": e.arn.Resource, "clientRequestToken": e.ID}
	e.override(in)
	return e.to("StartPipelineExecution", in)
}

// override adds the members of a payload that was made for the operation. What
// the target itself says stays.
func (e *errand) override(in map[string]any) {
	var all map[string]json.RawMessage
	if !e.Shaped || json.Unmarshal([]byte(e.Message), &all) != nil {
		return
	}
	for name, v := range all {
		if _, ok := in[name]; !ok {
			in[name] = v
		}
	}
}

// startAssessment runs an assessment template of Inspector.
func startAssessment(e *errand) (forward.Call, error) {
	return e.to("StartAssessmentRun", map[string]any{"assessmentTemplateArn": e.Target})
}

// startWorkflow runs a workflow of Glue. AWS's own EventBridge has a call for it
// that is not public (NotifyEvent); the public one does the same at once, whatever
// batching the workflow's trigger asks for.
func startWorkflow(e *errand) (forward.Call, error) {
	name, ok := strings.CutPrefix(e.arn.Resource, "workflow/")
	if !ok {
		return forward.Call{}, fmt.Errorf("%s is not the ARN of a workflow", e.Target)
	}
	return e.to("StartWorkflowRun", map[string]any{"Name": name})
}

// startModelPipeline starts a pipeline of SageMaker.
func startModelPipeline(e *errand) (forward.Call, error) {
	var p struct {
		PipelineParameterList []struct{ Name, Value string }
	}
	if err := e.read(&p); err != nil {
		return forward.Call{}, err
	}
	in := map[string]any{"PipelineName": e.Target, "ClientRequestToken": e.ID}
	if len(p.PipelineParameterList) > 0 {
		in["PipelineParameters"] = p.PipelineParameterList
	}
	return e.to("StartPipelineExecution", in)
}

// statementParameters are RedshiftDataParameters.
type statementParameters struct {
	Database         string
	DbUser           *string
	SecretManagerARN *string  `json:"SecretManagerArn"`
	SQL              *string  `json:"Sql"`
	SQLs             []string `json:"Sqls"`
	StatementName    *string
	WithEvent        bool
}

// runStatement runs SQL on a cluster of Redshift, or a serverless workgroup.
func runStatement(e *errand) (forward.Call, error) {
	var p statementParameters
	if err := e.read(&p); err != nil {
		return forward.Call{}, err
	}
	if p.Database == "" || p.SQL == nil && len(p.SQLs) == 0 {
		return forward.Call{}, fmt.Errorf("%w, RedshiftDataParameters with Database and Sql or Sqls", errNoParameters)
	}
	in := map[string]any{"Database": p.Database, "WithEvent": p.WithEvent, "ClientToken": e.ID}
	if e.arn.Service == "redshift-serverless" {
		in["WorkgroupName"] = e.Target
	} else {
		in["ClusterIdentifier"] = strings.TrimPrefix(e.arn.Resource, "cluster:")
	}
	for name, text := range map[string]*string{"DbUser": p.DbUser, "SecretArn": p.SecretManagerARN, "StatementName": p.StatementName} {
		if text != nil {
			in[name] = *text
		}
	}
	if p.SQL != nil {
		in["Sql"] = *p.SQL
		return e.to("ExecuteStatement", in)
	}
	in["Sqls"] = p.SQLs
	return e.to("BatchExecuteStatement", in)
}
