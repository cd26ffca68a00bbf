package abroad

import (
	"encoding/json"
	"fmt"
	"strings"

	"skywatch/internal/arn"
	"skywatch/targets"
	"skywatch/targets/forward"
)

// taskParameters are EcsParameters as rules and schedules keep them, and the
// input of RunTask that is made of them.
type taskParameters struct {
	TaskDefinitionARN        string `json:"TaskDefinitionArn"`
	TaskCount                *int
	LaunchType               string
	NetworkConfiguration     *struct{ AwsvpcConfiguration *vpcConfiguration }
	PlatformVersion, Group   *string
	CapacityProviderStrategy []capacityProvider
	EnableECSManagedTags     bool
	EnableExecuteCommand     bool
	PlacementConstraints     []placement
	PlacementStrategy        []placement
	PropagateTags            string
	ReferenceID              *string `json:"ReferenceId"`
	Tags                     []tag
}

// The members of these are read in any case and written as ECS has them.
type (
	vpcConfiguration struct {
		Subnets        []string `json:"subnets"`
		SecurityGroups []string `json:"securityGroups,omitempty"`
		AssignPublicIP string   `json:"assignPublicIp,omitempty"`
	}
	capacityProvider struct {
		CapacityProvider string `json:"capacityProvider"`
		Weight           int    `json:"weight"`
		Base             int    `json:"base"`
	}
	placement struct {
		Type       string `json:"type,omitempty"`
		Expression string `json:"expression,omitempty"`
		Field      string `json:"field,omitempty"`
	}
	tag struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	}
)

// overrides are the members of TaskOverride.
var overrides = []string{
	"containerOverrides", "cpu", "inferenceAcceleratorOverrides", "executionRoleArn", "memory", "taskRoleArn", "ephemeralStorage",
}

// runTask starts tasks of ECS. A payload in the form of a TaskOverride is one; any
// other does not reach the tasks (events.md 4.3).
func runTask(e *errand) (forward.Call, error) {
	var p taskParameters
	if err := e.read(&p); err != nil {
		return forward.Call{}, err
	}
	if p.TaskDefinitionARN == "" {
		return forward.Call{}, fmt.Errorf("%w, EcsParameters", errNoParameters)
	}
	in := map[string]any{
		"cluster": e.Target, "taskDefinition": p.TaskDefinitionARN, "clientToken": e.ID, "startedBy": startedBy(e.Cause),
		"enableECSManagedTags": p.EnableECSManagedTags, "enableExecuteCommand": p.EnableExecuteCommand,
	}
	in["count"] = 1
	if p.TaskCount != nil {
		in["count"] = *p.TaskCount
	}
	if n := p.NetworkConfiguration; n != nil && n.AwsvpcConfiguration != nil {
		in["networkConfiguration"] = map[string]any{"awsvpcConfiguration": n.AwsvpcConfiguration}
	}
	for name, text := range map[string]*string{
		"launchType": &p.LaunchType, "propagateTags": &p.PropagateTags, "platformVersion": p.PlatformVersion, "group": p.Group, "referenceId": p.ReferenceID,
	} {
		if text != nil && *text != "" {
			in[name] = *text
		}
	}
	p.lists(in)
	if all := members(e.Message, overrides...); all != nil {
		in["overrides"] = all
	}
	return e.to("RunTask", in)
}

// lists adds the lists that are not empty.
func (p *taskParameters) lists(in map[string]any) {
	if len(p.CapacityProviderStrategy) > 0 {
		in["capacityProviderStrategy"] = p.CapacityProviderStrategy
	}
	if len(p.PlacementConstraints) > 0 {
		in["placementConstraints"] = p.PlacementConstraints
	}
	if len(p.PlacementStrategy) > 0 {
		in["placementStrategy"] = p.PlacementStrategy
	}
	if len(p.Tags) > 0 {
		in["tags"] = p.Tags
	}
}

// startedBy names the rule or schedule to ECS, cut to what AWS's own shows of it
// (inferred).
func startedBy(cause string) string {
	const longest = 36
	a, err := arn.Parse(cause)
	if err != nil {
		return ""
	}
	name := map[string]string{"events": "events-rule/", "scheduler": "chronos-schedule/"}[a.Service] + a.Resource[strings.LastIndexByte(a.Resource, '/')+1:]
	return name[:min(len(name), longest)]
}

// judgeTasks reads an answer of RunTask: no task at all is a failure, and the
// reason says whether it passes. Some of several count as success, as another
// attempt could start no more with the same token.
func judgeTasks(answer []byte) error {
	var out struct {
		Tasks    []json.RawMessage
		Failures []struct{ Arn, Reason, Detail string }
	}
	if err := json.Unmarshal(answer, &out); err != nil {
		return fmt.Errorf("read the answer of RunTask: %w", err)
	}
	if len(out.Tasks) > 0 || len(out.Failures) == 0 {
		return nil
	}
	f := out.Failures[0]
	err := fmt.Errorf("ecs:RunTask started nothing: %s", strings.TrimSpace(f.Reason+" "+f.Detail))
	if f.Reason == "MISSING" {
		return refuse(targets.NoResource, err)
	}
	return &targets.Failure{Code: targets.ServerError, Answered: true, Err: err}
}
