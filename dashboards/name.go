package dashboards

import (
	"strings"

	"skywatch/internal/arn"
	"skywatch/internal/fault"
)

// Name is a dashboard's name in its account.
type Name struct{ Account, Dashboard string }

func (n Name) parts() []string { return []string{n.Account, n.Dashboard} }

const resourcePrefix = "dashboard/"

// ARN is the dashboard's, which has no region.
func (n Name) ARN() string {
	return arn.New("cloudwatch", "", n.Account, resourcePrefix+n.Dashboard).String()
}

// named reports whether a resource's name is that of a dashboard, and gives its
// name.
func named(resource string) (Name, bool) {
	a, err := arn.Parse(resource)
	if err != nil || a.Service != "cloudwatch" || a.Region != "" {
		return Name{}, false
	}
	name, ok := strings.CutPrefix(a.Resource, resourcePrefix)
	return Name{a.Account, name}, ok && name != ""
}

// Names reports whether an ARN is that of a dashboard, whether there is one or
// not.
func Names(resource string) bool {
	_, ok := named(resource)
	return ok
}

const maxName = 255

// check holds the rules for names (cloudwatch.md 19.1).
func (n Name) check() error {
	switch {
	case n.Dashboard == "": // wording as for DashboardBody (inferred)
		return required("DashboardName")
	case strings.ContainsFunc(n.Dashboard, foreign): // (recorded, the line's end included)
		return invalid("DashboardName", "The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).\n")
	case len(n.Dashboard) > maxName: // wording (inferred)
		return invalid("DashboardName", "The value for field DashboardName must not be longer than 255 characters.")
	}
	return nil
}

// foreign reports whether a name cannot have a character.
func foreign(r rune) bool {
	return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_')
}

func invalid(param, message string) error {
	return fault.New(fault.InvalidValue, "%s", message).On(param)
}

func required(param string) error {
	return invalid(param, "The parameter "+param+" is required.")
}
