package streams

import (
	"strings"

	"skywatch/internal/arn"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// Name names a stream.
type Name struct {
	metric.Tenant
	Stream string
}

// resource begins the resource of a stream's ARN.
const resource = "stream/"

// ARN returns the stream's ARN.
func (n Name) ARN() string {
	return arn.New("kinesis", n.Region, n.Account, resource+n.Stream).String()
}

func (n Name) parts() []string { return []string{n.Account, n.Region, n.Stream} }

// Parse reads the ARN of a stream.
func Parse(text string) (Name, bool) {
	a, err := arn.Parse(text)
	name, ok := strings.CutPrefix(a.Resource, resource)
	ok = ok && err == nil && a.Service == "kinesis" && name != "" && !strings.ContainsAny(name, "/:")
	return Name{metric.Tenant{Account: a.Account, Region: a.Region}, name}, ok
}

// missing is the refusal of what names a stream that is not there.
func missing(n Name) error {
	return fault.New(fault.NotFound, "Stream %s under account %s not found.", n.Stream, n.Account)
}

// invalid refuses an argument.
func invalid(param, format string, args ...any) error {
	return fault.New(fault.InvalidValue, format, args...).On(param)
}
