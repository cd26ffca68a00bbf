package abroad

import (
	"encoding/json"
	"fmt"
	"net/http"

	"skywatch/targets/forward"
)

// jobParameters are BatchParameters.
type jobParameters struct {
	JobDefinition, JobName string
	ArrayProperties        *struct{ Size int }
	RetryStrategy          *struct{ Attempts int }
}

// submitJob submits a Batch job to a queue. Of a payload that has ContainerOverrides,
// DependsOn or Parameters these go into the job; any other does not reach it.
func submitJob(e *errand) (forward.Call, error) {
	var p jobParameters
	if err := e.read(&p); err != nil {
		return forward.Call{}, err
	}
	if p.JobDefinition == "" || p.JobName == "" {
		return forward.Call{}, fmt.Errorf("%w, BatchParameters", errNoParameters)
	}
	in := map[string]any{"jobQueue": e.Target, "jobDefinition": p.JobDefinition, "jobName": p.JobName}
	if p.ArrayProperties != nil && p.ArrayProperties.Size > 0 {
		in["arrayProperties"] = map[string]any{"size": p.ArrayProperties.Size}
	}
	if p.RetryStrategy != nil && p.RetryStrategy.Attempts > 0 {
		in["retryStrategy"] = map[string]any{"attempts": p.RetryStrategy.Attempts}
	}
	var payload struct {
		ContainerOverrides, DependsOn json.RawMessage
		Parameters                    map[string]string // their names are the job's own
	}
	if json.Unmarshal([]byte(e.Message), &payload) == nil {
		if payload.ContainerOverrides != nil {
			in["containerOverrides"] = lowered(payload.ContainerOverrides)
		}
		if payload.DependsOn != nil {
			in["dependsOn"] = lowered(payload.DependsOn)
		}
		if len(payload.Parameters) > 0 {
			in["parameters"] = payload.Parameters
		}
	}
	return forward.Call{Action: "SubmitJob", Method: http.MethodPost, Path: "/v1/submitjob", Input: in}, nil
}
