package alarms

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"skywatch/internal/arn"
	"skywatch/metric"
	"skywatch/targets"
)

// Actions that only AWS has reach it, or a program of the operator's, as the
// configuration says (docs/forwarding.md).

// checkFarAction accepts the ARN of an action on the alarm's instance, of an
// OpsItem or of a response plan; known is false for any other.
func checkFarAction(d *Definition, target, region string) (known bool, err error) {
	a, err := arn.Parse(target)
	if err != nil {
		return false, nil
	}
	if verb, ok := targets.InstanceAction(target); ok {
		return true, d.checkInstanceAction(a, verb, region)
	}
	switch {
	case a.Service == "ssm" && strings.HasPrefix(a.Resource, "opsitem:"):
		if !accountPattern.MatchString(a.Account) || !opsItemAction.MatchString(a.Resource) {
			return true, badARN(target)
		}
		return true, sameRegion(a.Region, region)
	case a.Service == "ssm-incidents" && accountPattern.MatchString(a.Account) && planAction.MatchString(a.Resource):
		return true, nil // these name no region
	}
	return false, nil
}

var (
	// The severities and categories are those of cloudwatch.md 11.2.
	opsItemAction = regexp.MustCompile(`^opsitem:[1-4](#CATEGORY=(Availability|Cost|Performance|Recovery|Security))?$`)
	// Response plans are written in two ways: responseplan in the API reference of
	// PutMetricAlarm, response-plan by Incident Manager itself.
	planAction = regexp.MustCompile(`^response-?plan/[a-zA-Z0-9-]+$`)
)

func (d *Definition) checkInstanceAction(a arn.ARN, verb, region string) error {
	switch {
	case verb == "" && strings.HasSuffix(strings.ToLower(strings.TrimSuffix(a.Resource, "/1.0")), "start"):
		return invalid("Alarms have no action that starts an instance (%s). Name a Lambda function that does.", a)
	case verb == "":
		return badARN(a.String())
	case instanceOf(d.Dimensions) == "" && !slices.Contains(d.GroupBy, instanceDimension): // or each contributor is one
		return invalid("Invalid use of EC2 action. An EC2 action can only be used if the alarm is monitoring an EC2 instance.") // recorded
	}
	return sameRegion(a.Region, region)
}

func sameRegion(at, region string) error {
	if at != region {
		return invalid("Invalid region %s specified. Only %s is supported.", at, region) // (inferred)
	}
	return nil
}

// instanceDimension names the instance that a metric is of.
const instanceDimension = "InstanceId"

// instanceOf is the instance that an alarm watches; empty: none.
func instanceOf(ds []metric.Dimension) string {
	for _, d := range ds {
		if d.Name == instanceDimension {
			return d.Value
		}
	}
	return ""
}

// checkRecovers refuses the action that AWS has no call for, where no driver of
// the configuration carries it out.
func (s *Service) checkRecovers(d *Definition) error {
	for _, target := range slices.Concat(d.OKActions, d.AlarmActions, d.InsufficientDataActions) {
		if verb, _ := targets.InstanceAction(target); verb == "recover" && !s.opts.Outbox.Carries(target) {
			return invalid("The action %s needs a driver: AWS has no call that recovers an instance, and the configuration (action-drivers) names no driver for ec2.", target)
		}
	}
	return nil
}

// address puts into a delivery what an action at AWS takes: of an alarm on one
// instance, or of a contributor that stands for one.
func address(d *targets.Delivery, a *Alarm, c *Contributor) error {
	if _, ok := targets.InstanceAction(d.Target); !ok {
		return nil
	}
	id := instanceOf(a.Dimensions)
	if c != nil {
		id = c.Attributes[instanceDimension]
	}
	b, err := json.Marshal(targets.InstanceParameters{InstanceID: id})
	d.Parameters = b
	return err
}

// onlyInAlarm reports whether an action is for the state ALARM and no other
// (cloudwatch.md 14.1).
func onlyInAlarm(target string) bool {
	kind := targets.KindOf(target)
	return kind == "ssm" || kind == "ssm-incidents"
}
