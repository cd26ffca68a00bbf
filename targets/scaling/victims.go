package scaling

import (
	"cmp"
	"slices"
	"time"
)

// The termination policies (user guide, "Configure termination policies"). The
// one that calls a function is not offered.
const (
	defaultPolicy             = "Default"
	allocationStrategy        = "AllocationStrategy"
	closestToNextInstanceHour = "ClosestToNextInstanceHour"
	newestInstance            = "NewestInstance"
	oldestInstance            = "OldestInstance"
	oldestConfiguration       = "OldestLaunchConfiguration"
	oldestTemplate            = "OldestLaunchTemplate"
)

// TerminationPolicies lists them in AWS's order.
func TerminationPolicies() []string {
	return []string{
		allocationStrategy, closestToNextInstanceHour, defaultPolicy, newestInstance, oldestInstance, oldestConfiguration, oldestTemplate,
	}
}

// victims chooses n instances to go: of the zone that has most, those that the
// group's policies put first. Protected ones stay, except in a group that goes.
func victims(g *Group, members []Instance, n int, now time.Time) []string {
	var free []Instance
	zones := map[string]int{}
	for _, i := range members {
		if i.State != InService && (!g.Deleting || i.State != Standby) {
			continue
		}
		zones[i.Zone]++
		if !i.Protected || g.Deleting {
			free = append(free, i)
		}
	}
	var out []string
	for len(out) < n && len(free) > 0 {
		most := slices.MaxFunc(free, func(a, b Instance) int {
			return cmp.Or(cmp.Compare(zones[a.Zone], zones[b.Zone]), -g.before(&a, &b, now))
		})
		zones[most.Zone]--
		free = slices.DeleteFunc(free, func(i Instance) bool { return i.ID == most.ID })
		out = append(out, most.ID)
	}
	return out
}

// before compares two instances of one zone: less means that a goes first.
func (g *Group) before(a, b *Instance, now time.Time) int {
	for _, policy := range g.TerminationPolicies {
		for _, rule := range rulesOf(policy) {
			if c := rule(g, a, b, now); c != 0 {
				return c
			}
		}
	}
	return cmp.Compare(a.ID, b.ID) // at random in AWS
}

type rule func(g *Group, a, b *Instance, now time.Time) int

func rulesOf(policy string) []rule {
	switch policy {
	case newestInstance:
		return []rule{func(_ *Group, a, b *Instance, _ time.Time) int { return b.Launched.Compare(a.Launched) }}
	case oldestInstance:
		return []rule{func(_ *Group, a, b *Instance, _ time.Time) int { return a.Launched.Compare(b.Launched) }}
	case oldestConfiguration, oldestTemplate:
		return []rule{outdated}
	case closestToNextInstanceHour:
		return []rule{billing}
	case defaultPolicy:
		return []rule{outdated, billing}
	default: // AllocationStrategy needs a mixed-instances policy
		return nil
	}
}

// outdated puts instances first that were launched from something else than
// the group has now. Which of two old ones is the older is told by their age.
func outdated(g *Group, a, b *Instance, _ time.Time) int {
	old := func(i *Instance) bool { return !g.launches(i) }
	switch {
	case old(a) && !old(b):
		return -1
	case old(b) && !old(a):
		return 1
	case old(a):
		return a.Launched.Compare(b.Launched)
	}
	return 0
}

// launches reports whether i was launched from what the group launches from.
func (g *Group) launches(i *Instance) bool {
	if (g.LaunchTemplate == nil) != (i.LaunchTemplate == nil) || g.LaunchConfiguration != i.LaunchConfiguration {
		return false
	}
	return g.LaunchTemplate == nil || *g.LaunchTemplate == *i.LaunchTemplate
}

// billing puts the instance first whose hour, counted from its launch, ends
// first.
func billing(_ *Group, a, b *Instance, now time.Time) int {
	gone := func(i *Instance) time.Duration { return now.Sub(i.Launched) % time.Hour }
	return cmp.Compare(gone(b), gone(a))
}
