package scaling

import (
	"strings"

	"skywatch/internal/arn"
	"skywatch/metric"
)

// GroupName names a group.
type GroupName struct {
	metric.Tenant
	Group string
}

func (n GroupName) key(more ...string) []string {
	return append([]string{n.Account, n.Region, n.Group}, more...)
}

func (n GroupName) arn(kind, id, rest string) string {
	return arn.New("autoscaling", n.Region, n.Account, kind+":"+id+":"+rest).String()
}

// policyName splits the ARN of a policy,
// arn:aws:autoscaling:R:A:scalingPolicy:UUID:autoScalingGroupName/G:policyName/P.
// The name of a group holds no colon.
func policyName(text string) (n GroupName, policy, id string, ok bool) {
	a, err := arn.Parse(text)
	if err != nil || a.Service != "autoscaling" {
		return n, "", "", false
	}
	rest, ok := strings.CutPrefix(a.Resource, "scalingPolicy:")
	if !ok {
		return n, "", "", false
	}
	id, rest, _ = strings.Cut(rest, ":")
	rest, ok = strings.CutPrefix(rest, "autoScalingGroupName/")
	i := strings.Index(rest, ":policyName/")
	if !ok || i < 0 {
		return n, "", "", false
	}
	n = GroupName{metric.Tenant{Account: a.Account, Region: a.Region}, rest[:i]}
	return n, rest[i+len(":policyName/"):], id, true
}
