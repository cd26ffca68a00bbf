package function

import (
	"regexp"
	"strings"

	"skywatch/internal/arn"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets"
)

// Latest is the version that changes.
const Latest = "$LATEST"

// Name is a function's full name.
type Name struct {
	metric.Tenant
	Function string
}

// ARN returns the function's resource name.
func (n Name) ARN() string {
	return arn.New("lambda", n.Region, n.Account, "function:"+n.Function).String()
}

// Qualified returns the resource name of a version or an alias; of the function
// itself where the qualifier is empty.
func (n Name) Qualified(qualifier string) string {
	if qualifier == "" {
		return n.ARN()
	}
	return n.ARN() + ":" + qualifier
}

// invocation names the line in which invocations of the function wait: an ARN
// of our own, which only the outbox and its log know.
func (n Name) invocation() string {
	return arn.New("lambda", n.Region, n.Account, targets.InvocationPrefix+n.Function).String()
}

func (n Name) key(more ...string) []string {
	return append([]string{n.Account, n.Region, n.Function}, more...)
}

// nameOf reads the Name from the key of a record.
func nameOf(key []string) Name {
	return Name{Tenant: metric.Tenant{Account: key[0], Region: key[1]}, Function: key[2]}
}

var (
	functionName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`) // 64: API reference of CreateFunction
	qualifiers   = regexp.MustCompile(`^(\$LATEST|[a-zA-Z0-9_-]{1,128})$`)
)

// ParseName reads what a caller gives as FunctionName: a name, account:function:name,
// or an ARN, each with an optional :qualifier at its end, which must not
// contradict the other one.
func ParseName(t metric.Tenant, text, qualifier string) (Name, string, error) {
	n, rest := Name{Tenant: t}, text
	if a, err := arn.Parse(text); err == nil && a.Service == "lambda" {
		n.Region, n.Account, rest = a.Region, a.Account, a.Resource
	} else if account, after, ok := strings.Cut(text, ":function:"); ok {
		n.Account, rest = account, after
	}
	rest = strings.TrimPrefix(rest, "function:")
	name, own, _ := strings.Cut(rest, ":")
	n.Function = name
	switch {
	case !functionName.MatchString(name) || own != "" && !qualifiers.MatchString(own):
		return n, "", invalid("FunctionName", "%s is not the name or the ARN of a function.", text)
	case n.Region != t.Region: // AWS's words
		return n, "", notFound("Functions from '%s' are not reachable in this region ('%s')", n.Region, t.Region)
	case n.Account != t.Account:
		return n, "", fault.New(fault.Denied, "Account %s has no access to %s.", t.Account, text) // wording (inferred)
	case own != "" && qualifier != "" && own != qualifier:
		return n, "", invalid("Qualifier", "The derived qualifier from the function name does not match the specified qualifier.")
	case qualifier == "":
		qualifier = own
	}
	return n, qualifier, nil
}

// parseARN reads the ARN of a function, which may be qualified, whosever it is.
func parseARN(text string) (n Name, qualifier string, ok bool) {
	a, err := arn.Parse(text)
	if err != nil || a.Service != "lambda" {
		return n, "", false
	}
	resource, ok := strings.CutPrefix(a.Resource, "function:")
	if !ok {
		return n, "", false
	}
	n.Tenant = metric.Tenant{Account: a.Account, Region: a.Region}
	n.Function, qualifier, _ = strings.Cut(resource, ":")
	return n, qualifier, functionName.MatchString(n.Function) && (qualifier == "" || qualifiers.MatchString(qualifier))
}

// parseInvocation is invocation's inverse.
func parseInvocation(text string) (Name, bool) {
	a, err := arn.Parse(text)
	if err != nil {
		return Name{}, false
	}
	name, ok := strings.CutPrefix(a.Resource, targets.InvocationPrefix)
	return Name{Tenant: metric.Tenant{Account: a.Account, Region: a.Region}, Function: name}, ok
}

func invalid(parameter, format string, args ...any) error {
	return fault.New(fault.InvalidValue, format, args...).On(parameter)
}

func notFound(format string, args ...any) error { return fault.New(fault.NotFound, format, args...) }

func noFunction(arn string) error { return notFound("Function not found: %s", arn) }

func conflict(format string, args ...any) error { return fault.New(fault.Conflict, format, args...) }
