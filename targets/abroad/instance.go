package abroad

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"skywatch/internal/arn"
	"skywatch/targets"
	"skywatch/targets/forward"
)

// verbs are the operations of EC2 behind actions of alarms and built-in targets.
var verbs = map[string]string{"stop": "StopInstances", "reboot": "RebootInstances", "terminate": "TerminateInstances"}

var (
	instanceID = regexp.MustCompile(`^m?i-[0-9a-zA-Z]+$`)
	volumeID   = regexp.MustCompile(`^vol-[0-9a-zA-Z]+$`)
)

// builtIn is the kind of a built-in target of EventBridge; its payload is the ID
// of what it acts on.
func builtIn(name string) *kind {
	verb, _ := strings.CutSuffix(name, "-instance")
	switch {
	case name == "create-snapshot":
		return &kind{name: "ec2", action: name, call: createSnapshot}
	case verbs[verb] != "" && verb != name:
		return &kind{name: "ec2", action: verb, call: func(e *errand) (forward.Call, error) {
			id, err := idIn(e.Message, instanceID)
			return onInstance(verbs[verb], id), err
		}}
	}
	return nil
}

// instanceAction is the kind of an alarm's action on the instance that it
// watches. AWS has no call that recovers one: its own hardware does.
func instanceAction(a arn.ARN) *kind {
	verb, _ := targets.InstanceAction(a.String())
	switch {
	case verb == "recover":
		return &kind{name: "ec2", action: verb}
	case verbs[verb] == "":
		return nil
	}
	return &kind{name: "ec2", action: verb, call: func(e *errand) (forward.Call, error) {
		var p targets.InstanceParameters
		if err := e.read(&p); err != nil || p.InstanceID == "" {
			return forward.Call{}, errors.New("the alarm names no instance")
		}
		return onInstance(verbs[verb], p.InstanceID), nil
	}}
}

func onInstance(operation, id string) forward.Call {
	return forward.Call{Action: operation, Form: url.Values{"InstanceId.1": {id}}}
}

func createSnapshot(e *errand) (forward.Call, error) {
	id, err := idIn(e.Message, volumeID)
	return forward.Call{Action: "CreateSnapshot", Form: url.Values{"VolumeId": {id}, "Description": {"Created by " + e.Cause}}}, err
}

// idIn is the ID that a payload is: a JSON text, as the Input of a target has it.
func idIn(payload string, form *regexp.Regexp) (string, error) {
	var id string
	if json.Unmarshal([]byte(payload), &id) != nil {
		id = strings.TrimSpace(payload)
	}
	if !form.MatchString(id) {
		return "", fmt.Errorf("the input is not the ID of what to act on, a text such as %q", map[bool]string{true: "vol-0123456789abcdef0", false: "i-0123456789abcdef0"}[form == volumeID])
	}
	return id, nil
}
