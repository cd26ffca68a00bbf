package destination

import (
	"strings"

	"skywatch/internal/arn"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// Name names a connection or an API destination of a tenant.
type Name struct {
	metric.Tenant
	Name string
}

func (n Name) parts() []string { return []string{n.Account, n.Region, n.Name} }

// The kinds of resources, as they stand in ARNs.
const (
	connectionKind  = "connection"
	destinationKind = "api-destination"
)

// arn is the ARN of a resource; id tells it from others that had the name.
func (n Name) arn(kind, id string) string {
	return arn.New("events", n.Region, n.Account, kind+"/"+n.Name+"/"+id).String()
}

// parseARN reads the name in the ARN of a resource of the given kind.
func parseARN(kind, text string) (Name, bool) {
	a, err := arn.Parse(text)
	if err != nil || a.Service != "events" {
		return Name{}, false
	}
	rest, ok := strings.CutPrefix(a.Resource, kind+"/")
	name, id, _ := strings.Cut(rest, "/")
	return Name{metric.Tenant{Account: a.Account, Region: a.Region}, name}, ok && name != "" && id != ""
}

func noConnection(name string) error {
	return fault.New(fault.NotFound, "Failed to describe the connection(s). Connection '%s' does not exist.", name)
}

func noDestination(name string) error {
	return fault.New(fault.NotFound, "Failed to describe the api-destination(s). An api-destination '%s' does not exist.", name)
}

// taken says that a name is in use. Wordings (inferred).
func taken(kind, name string) error {
	text := "Connection '%s' already exists."
	if kind == destinationKind {
		text = "An api-destination '%s' already exists."
	}
	f := fault.New(fault.Conflict, text, name)
	f.Subject = kind
	return f
}

func tooMany() error {
	return fault.New(fault.LimitExceeded, "The requested resource exceeds the maximum number allowed.")
}

func invalid(parameter, format string, args ...any) error {
	f := fault.New(fault.Validation, format, args...)
	f.Message = "Parameter " + parameter + " is not valid. Reason: " + f.Message // wording (inferred)
	return f.On(parameter)
}

func nameOf(key []string) Name {
	return Name{metric.Tenant{Account: key[0], Region: key[1]}, key[2]}
}
