package logs

import (
	"strings"

	"skywatch/internal/arn"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// GroupName names a log group.
type GroupName struct {
	metric.Tenant
	Group string
}

// groupResource begins the resource of a group's ARN.
const groupResource = "log-group:"

// ARN returns the group's ARN, without the ":*" that some of AWS's answers and
// policies have behind it.
func (n GroupName) ARN() string {
	return arn.New("logs", n.Region, n.Account, groupResource+n.Group).String()
}

func (n GroupName) parts() []string { return []string{n.Account, n.Region, n.Group} }

// StreamName names a stream of a group.
type StreamName struct {
	GroupName
	Stream string
}

// ARN returns the stream's ARN.
func (n StreamName) ARN() string { return n.GroupName.ARN() + ":log-stream:" + n.Stream }

func (n StreamName) parts() []string { return append(n.GroupName.parts(), n.Stream) }

// ParseGroup reads the ARN of a group, with or without ":*".
func ParseGroup(text string) (GroupName, bool) {
	a, err := arn.Parse(strings.TrimSuffix(text, ":*"))
	name, ok := strings.CutPrefix(a.Resource, groupResource)
	ok = ok && err == nil && a.Service == "logs" && name != "" && !strings.Contains(name, ":")
	return GroupName{metric.Tenant{Account: a.Account, Region: a.Region}, name}, ok
}

// Identified reads what AWS calls a log group identifier: a name, or an ARN.
// Another account's group, or another region's, is not there for the caller.
func Identified(t metric.Tenant, identifier string) (GroupName, error) {
	if !strings.HasPrefix(identifier, "arn:") {
		return GroupName{t, identifier}, nil
	}
	n, ok := ParseGroup(identifier)
	if !ok {
		return n, invalid("logGroupIdentifier", "The specified log group identifier is not valid.") // wording (inferred)
	}
	if n.Tenant != t {
		return n, noGroup()
	}
	return n, nil
}

func noGroup() error { return fault.New(fault.NotFound, "The specified log group does not exist.") }

func noStream() error { return fault.New(fault.NotFound, "The specified log stream does not exist.") }

func exists(what string) error {
	return fault.New(fault.Conflict, "The specified log %s already exists", what)
}

// invalid refuses a parameter.
func invalid(param, format string, args ...any) error {
	return fault.New(fault.InvalidValue, format, args...).On(param)
}
