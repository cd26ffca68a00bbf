package scaling

import (
	"cmp"
	"slices"

	"skywatch/catalog"
)

// How instances are spread over the zones (API reference,
// AvailabilityZoneDistribution). The first is AWS's default.
const (
	BestEffort   = "balanced-best-effort"
	BalancedOnly = "balanced-only"
)

// zone is where the next instance is launched: in the zone that has least of the
// group. Where that failed, it is tried in the others in turn, unless the group
// insists on balance.
func (g *Group) zone(r catalog.Reader) (string, error) {
	if len(g.Zones) == 0 {
		return "", nil
	}
	in := map[string]int{}
	members, err := all(r, instances, g.GroupName)
	if err != nil {
		return "", err
	}
	for _, i := range members {
		if i.counts() {
			in[i.Zone]++
		}
	}
	open, err := openOf(r, g.GroupName)
	if err != nil {
		return "", err
	}
	for _, a := range open {
		if a.Task == launch && a.Instance == "" {
			in[a.Zone]++
		}
	}
	zones := slices.Clone(g.Zones)
	slices.SortStableFunc(zones, func(a, b string) int { return cmp.Compare(in[a], in[b]) })
	if g.Spread == BalancedOnly {
		return zones[0], nil
	}
	return zones[g.Failures%len(zones)], nil
}
