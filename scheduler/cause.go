package scheduler

import (
	"strings"

	"skywatch/internal/arn"
	"skywatch/metric"
	"skywatch/targets"
)

// GroupOf returns the group of the schedule that a delivery comes from.
func GroupOf(d *targets.Delivery) (GroupName, bool) {
	if d.Kind != DeliveryKind {
		return GroupName{}, false
	}
	a, err := arn.Parse(d.Cause)
	rest, ok := strings.CutPrefix(a.Resource, "schedule/")
	group, _, named := strings.Cut(rest, "/")
	return GroupName{metric.Tenant{Account: a.Account, Region: a.Region}, group}, err == nil && ok && named
}
