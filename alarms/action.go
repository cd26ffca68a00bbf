package alarms

import (
	"regexp"
	"strings"

	"skywatch/internal/fault"
	"skywatch/targets"
)

var (
	accountPattern    = regexp.MustCompile(`^[0-9]{12}$`)
	topicPattern      = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}(\.fifo)?$`)
	functionAction    = regexp.MustCompile(`^function:[a-zA-Z0-9_-]{1,64}(:(\$LATEST|[a-zA-Z0-9_-]{1,128}))?$`)
	destinationAction = regexp.MustCompile(`^api-destination/[.\-_A-Za-z0-9]{1,64}/[A-Za-z0-9-]+$`)
	policyPattern     = regexp.MustCompile(`^scalingPolicy:[^:]+:(autoScalingGroupName|resource/[a-z-]+)/.+:policyName/.+$`)
)

// kinds are the services whose ARNs AWS takes as alarm actions beside topics
// (cloudwatch.md 11.2), with the words that refuse them.
var kinds = map[string]string{
	"aiops": "Investigation groups as alarm actions (AWS has no public call that starts an investigation)",
}

// checkAction accepts the ARN of a topic, a function, a scaling policy or an API
// destination in the alarm's region. AWS has no destinations, and no FIFO topics,
// as actions. Targets are not looked up: an action may name what does not
// exist yet.
func checkAction(arn, region string) error {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[1] == "" || parts[5] == "" || strings.ContainsAny(arn, "\t\r\n") {
		return badARN(arn)
	}
	service, at, account, resource := parts[2], parts[3], parts[4], parts[5]
	if service == string(targets.ScalingPolicy) {
		return checkPolicy(arn, at, region, account, resource)
	}
	if strings.Contains(arn, " ") {
		return badARN(arn)
	}
	if service == string(targets.Function) && accountPattern.MatchString(account) && functionAction.MatchString(resource) && at == region {
		return nil
	}
	if service == "events" && accountPattern.MatchString(account) && destinationAction.MatchString(resource) && at == region {
		return nil
	}
	if words, ok := kinds[service]; ok {
		return unsupported("%s (%s) are", words, arn)
	}
	switch {
	case service != "sns" || !accountPattern.MatchString(account) || !topicPattern.MatchString(resource) || at == "":
		return badARN(arn) // also the ARNs of queues: AWS takes none
	case at != region:
		// AWS's words; that they hold for topics of every partition is (inferred).
		return invalid("Invalid region %s specified. Only %s is supported.", at, region)
	}
	return nil
}

// checkPolicy accepts the ARN of a scaling policy, of a group or of a scalable
// target. It alone may hold spaces: the names of groups and of policies do.
func checkPolicy(arn, at, region, account, resource string) error {
	switch {
	case !accountPattern.MatchString(account) || !policyPattern.MatchString(resource):
		return badARN(arn)
	case at != region:
		return invalid("Invalid region %s specified. Only %s is supported.", at, region) // (inferred)
	}
	return nil
}

func badARN(arn string) error { return fault.New(fault.Validation, "Invalid arn syntax: %s", arn) }
