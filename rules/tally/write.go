package tally

import (
	"skywatch/ingest/gather"
	"skywatch/metric"
	"skywatch/rules"
)

// names reads whose a place is, and the rule, if it is one.
func (p place) names() (bus rules.BusName, rule string, ok bool) {
	if p.rule == "" {
		return rules.BusName{Tenant: p.Tenant, Bus: p.bus}, "", true
	}
	n, ok := rules.ParseRule(p.rule)
	return n.BusName, n.Rule, ok
}

// seriesOf lists what a figure of a place counts in: under every set of
// dimensions that it has, so that rules add up to buses and buses to the account.
func seriesOf(scope scopes, of rules.BusName, rule string) (out []gather.Series) {
	add := func(bus, rule string) {
		s := gather.Series{Tenant: of.Tenant}
		if bus != "" {
			s.Dimensions[0] = metric.Dimension{Name: "EventBusName", Value: bus}
		}
		if rule != "" {
			s.Dimensions[1] = metric.Dimension{Name: "RuleName", Value: rule}
		}
		out = append(out, s)
	}
	if scope&account != 0 {
		add("", "")
	}
	if scope&onBus != 0 {
		add(of.Bus, "")
	}
	if scope&ofRule != 0 && of.Bus == rules.DefaultBus {
		add("", rule)
	}
	if scope&ofRule != 0 && of.Bus != rules.DefaultBus || scope&bothOfRule != 0 {
		add(of.Bus, rule)
	}
	return out
}
