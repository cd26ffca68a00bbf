package rules

import (
	"strings"

	"skywatch/internal/arn"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// DefaultBus is the bus that every account has in every region.
const DefaultBus = "default"

// BusName names a bus.
type BusName struct {
	metric.Tenant
	Bus string
}

// ARN returns the bus's ARN.
func (n BusName) ARN() string {
	return arn.New("events", n.Region, n.Account, "event-bus/"+n.Bus).String()
}

func (n BusName) parts() []string { return []string{n.Account, n.Region, n.Bus} }

// RuleName names a rule.
type RuleName struct {
	BusName
	Rule string
}

// ARN returns the rule's ARN, in which the default bus is not named.
func (n RuleName) ARN() string {
	resource := "rule/" + n.Rule
	if n.Bus != DefaultBus {
		resource = "rule/" + n.Bus + "/" + n.Rule
	}
	return arn.New("events", n.Region, n.Account, resource).String()
}

func (n RuleName) parts() []string { return append(n.BusName.parts(), n.Rule) }

func ruleNameOf(key []string) RuleName {
	return RuleName{BusName{metric.Tenant{Account: key[0], Region: key[1]}, key[2]}, key[3]}
}

// ParseBus reads an EventBusName: a name, an ARN, or nothing for the default
// bus.
func ParseBus(t metric.Tenant, nameOrARN string) (BusName, error) {
	if nameOrARN == "" {
		return BusName{t, DefaultBus}, nil
	}
	if !strings.HasPrefix(nameOrARN, "arn:") {
		return BusName{t, nameOrARN}, nil
	}
	n, ok := busOf(nameOrARN)
	if !ok {
		return BusName{}, fault.New(fault.Validation, "Parameter EventBusName is not valid. Reason: Provided Arn is not in correct format.").On("EventBusName") // wording (inferred)
	}
	return n, nil
}

// busOf reads the ARN of a bus.
func busOf(text string) (BusName, bool) {
	a, err := arn.Parse(text)
	if err != nil || a.Service != "events" {
		return BusName{}, false
	}
	name, ok := strings.CutPrefix(a.Resource, "event-bus/")
	return BusName{metric.Tenant{Account: a.Account, Region: a.Region}, name}, ok && name != ""
}

// ruleOf reads the ARN of a rule.
func ruleOf(text string) (RuleName, bool) {
	a, err := arn.Parse(text)
	if err != nil || a.Service != "events" {
		return RuleName{}, false
	}
	path, ok := strings.CutPrefix(a.Resource, "rule/")
	if !ok || path == "" {
		return RuleName{}, false
	}
	bus, rule := DefaultBus, path
	// A bus's name may hold slashes, a rule's may not.
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		bus, rule = path[:i], path[i+1:]
	}
	return RuleName{BusName{metric.Tenant{Account: a.Account, Region: a.Region}, bus}, rule}, true
}

func noBus(n BusName) error {
	return fault.New(fault.NotFound, "Event bus %s does not exist.", n.Bus)
}

func noRule(n RuleName) error {
	return fault.New(fault.NotFound, "Rule %s does not exist on EventBus %s.", n.Rule, n.Bus)
}
