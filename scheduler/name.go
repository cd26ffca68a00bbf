package scheduler

import (
	"strings"

	"skywatch/internal/arn"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// DefaultGroup is the group that every account has in every region.
const DefaultGroup = "default"

// GroupName names a group of schedules.
type GroupName struct {
	metric.Tenant
	Group string
}

// ARN returns the group's ARN.
func (n GroupName) ARN() string {
	return arn.New("scheduler", n.Region, n.Account, "schedule-group/"+n.Group).String()
}

func (n GroupName) parts() []string { return []string{n.Account, n.Region, n.Group} }

// Name names a schedule.
type Name struct {
	GroupName
	Schedule string
}

// ARN returns the schedule's ARN.
func (n Name) ARN() string {
	return arn.New("scheduler", n.Region, n.Account, "schedule/"+n.Group+"/"+n.Schedule).String()
}

func (n Name) parts() []string { return append(n.GroupName.parts(), n.Schedule) }

func nameOf(key []string) Name {
	return Name{GroupName{metric.Tenant{Account: key[0], Region: key[1]}, key[2]}, key[3]}
}

// groupOf reads the ARN of a group of the tenant's.
func groupOf(t metric.Tenant, text string) (GroupName, error) {
	a, err := arn.Parse(text)
	name, ok := strings.CutPrefix(a.Resource, "schedule-group/")
	if n := (GroupName{t, name}); err == nil && ok && n.ARN() == text {
		return n, nil
	}
	return GroupName{}, fault.New(fault.NotFound, "Resource %s does not exist.", text) // wording (inferred)
}

func noGroup(n GroupName) error {
	return fault.New(fault.NotFound, "Schedule group %s does not exist.", n.Group)
}

func noSchedule(n Name) error {
	return fault.New(fault.NotFound, "Schedule %s does not exist.", n.Schedule)
}
