package abroad

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"skywatch/internal/arn"
	"skywatch/targets/forward"
)

// systemsKind is that of an ARN of Systems Manager.
func systemsKind(a arn.ARN) *kind {
	switch {
	case strings.HasPrefix(a.Resource, "document/"):
		return &kind{name: "ssm", call: sendCommand}
	case strings.HasPrefix(a.Resource, "automation-definition/"):
		return &kind{name: "ssm", call: startAutomation}
	case strings.HasPrefix(a.Resource, "opsitem"):
		return &kind{name: "ssm", call: createOpsItem}
	}
	return nil
}

// sendCommand runs a document on instances. The payload is the document's
// parameters, lists of texts by name; an event is not.
func sendCommand(e *errand) (forward.Call, error) {
	var p struct {
		RunCommandTargets []struct {
			Key    string
			Values []string
		}
	}
	if err := e.read(&p); err != nil {
		return forward.Call{}, err
	}
	if len(p.RunCommandTargets) == 0 {
		return forward.Call{}, fmt.Errorf("%w, RunCommandParameters", errNoParameters)
	}
	name := e.Target
	if e.arn.Account == "" { // one of AWS's own goes by its name
		name = strings.TrimPrefix(e.arn.Resource, "document/")
	}
	in := map[string]any{"DocumentName": name, "Targets": p.RunCommandTargets}
	if err := e.documentParameters(in); err != nil {
		return forward.Call{}, err
	}
	return e.to("SendCommand", in)
}

// startAutomation runs an automation: automation-definition/NAME:VERSION.
func startAutomation(e *errand) (forward.Call, error) {
	name, version, _ := strings.Cut(strings.TrimPrefix(e.arn.Resource, "automation-definition/"), ":")
	in := map[string]any{"DocumentName": name, "ClientToken": e.ID}
	if version != "" {
		in["DocumentVersion"] = version
	}
	if err := e.documentParameters(in); err != nil {
		return forward.Call{}, err
	}
	return e.to("StartAutomationExecution", in)
}

// documentParameters adds the payload, if it is one that was made for a document;
// a text stands for a list of one.
func (e *errand) documentParameters(in map[string]any) error {
	var all map[string]json.RawMessage
	if json.Unmarshal([]byte(e.Message), &all) != nil {
		if e.Shaped {
			return errors.New("the input is not the parameters of a document, an object of lists of texts")
		}
		return nil
	}
	out := map[string][]string{}
	for name, raw := range all {
		var list []string
		var one string
		switch {
		case json.Unmarshal(raw, &list) == nil:
		case json.Unmarshal(raw, &one) == nil:
			list = []string{one}
		case e.Shaped:
			return fmt.Errorf("the input is not the parameters of a document: %s is no list of texts", name)
		default:
			return nil
		}
		out[name] = list
	}
	if e.Shaped && len(out) > 0 {
		in["Parameters"] = out
	}
	return nil
}

// createOpsItem opens an OpsItem: opsitem:SEVERITY and, of an alarm's action,
// #CATEGORY=Name behind it. An alarm's message becomes title and description; a
// payload with a title of its own says both itself.
func createOpsItem(e *errand) (forward.Call, error) {
	in := map[string]any{"Source": "Skywatch", "Title": orElse(e.Subject, "Event of "+e.Cause), "Description": cut(orElse(e.Message, e.Cause), 2048)}
	if e.fromRule() {
		var own struct{ Title, Description, Category, Severity, Source string }
		if json.Unmarshal([]byte(e.Message), &own) == nil && own.Title != "" {
			for name, text := range map[string]string{"Title": own.Title, "Description": own.Description, "Category": own.Category, "Severity": own.Severity, "Source": own.Source} {
				if text != "" {
					in[name] = text
				}
			}
		}
	}
	in["Title"] = cut(in["Title"].(string), 1024)
	_, rest, _ := strings.Cut(e.arn.Resource, ":")
	severity, category, _ := strings.Cut(rest, "#")
	if severity != "" {
		in["Severity"] = severity
	}
	if name, ok := strings.CutPrefix(category, "CATEGORY="); ok {
		in["Category"] = name
	}
	return e.to("CreateOpsItem", in)
}

// fromRule reports whether the payload is of somebody's making, and not an
// alarm's.
func (e *errand) fromRule() bool { return strings.Contains(e.Cause, ":events:") }

// startIncident starts a response plan of Incident Manager. The reference of alarms
// spells such a plan without its hyphen.
func startIncident(e *errand) (forward.Call, error) {
	plan := e.arn
	if name, ok := strings.CutPrefix(plan.Resource, "responseplan/"); ok {
		plan.Resource = "response-plan/" + name
	}
	return forward.Call{Action: "StartIncident", Method: http.MethodPost, Path: "/startIncident", Input: map[string]any{
		"responsePlanArn": plan.String(), "clientToken": e.ID,
		"triggerDetails": map[string]any{
			"source": source(e.Cause), "timestamp": e.Created.Unix(), "triggerArn": e.Cause, "rawData": cut(e.Message, 10000),
		},
	}}, nil
}

// source is what triggers incidents, as AWS names it.
func source(cause string) string {
	switch {
	case strings.Contains(cause, ":cloudwatch:"):
		return "aws.cloudwatch"
	case strings.Contains(cause, ":scheduler:"):
		return "aws.scheduler"
	default:
		return "aws.events"
	}
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// cut is the beginning of a text.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "")
}
