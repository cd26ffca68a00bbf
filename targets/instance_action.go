package targets

import (
	"slices"
	"strings"

	"skywatch/internal/arn"
)

// instanceActions are what an alarm may do to the instance that it watches
// (events.md 6).
var instanceActions = []string{"stop", "terminate", "reboot", "recover"}

// InstanceParameters are the Delivery.Parameters of such an action.
type InstanceParameters struct {
	InstanceID string `json:"InstanceId"`
}

// InstanceAction tells what an alarm's action does to an instance: stop,
// terminate, reboot or recover. It is empty for an ARN that is of the service and
// of none of these; ok is false for ARNs of other services. AWS has two forms:
// arn:aws:automate:REGION:ec2:stop, and before that
// arn:aws:swf:REGION:ACCOUNT:action/actions/AWS_EC2.InstanceId.Stop/1.0.
func InstanceAction(target string) (verb string, ok bool) {
	a, err := arn.Parse(target)
	switch {
	case err != nil:
		return "", false
	case a.Service == "automate" && a.Account == "ec2":
		verb = a.Resource
	case a.Service == "swf":
		name, found := strings.CutPrefix(a.Resource, "action/actions/AWS_EC2.InstanceId.")
		name, versioned := strings.CutSuffix(name, "/1.0")
		if found && versioned && name != strings.ToLower(name) {
			verb = strings.ToLower(name)
		}
	case a.Service != "automate":
		return "", false
	}
	if !slices.Contains(instanceActions, verb) {
		verb = ""
	}
	return verb, true
}
