package scalable

import (
	"strings"

	"skywatch/internal/arn"
	"skywatch/metric"
)

// Name names a scalable target: a dimension of a resource.
type Name struct {
	metric.Tenant
	Namespace, Resource, Dimension string
}

func (n Name) key(more ...string) []string {
	return append([]string{n.Account, n.Region, n.Namespace, n.Dimension, n.Resource}, more...)
}

// nameOf reads what key wrote, and returns the rest of the key.
func nameOf(key []string) (n Name, rest []string, ok bool) {
	if len(key) < 5 {
		return n, nil, false
	}
	return Name{metric.Tenant{Account: key[0], Region: key[1]}, key[2], key[4], key[3]}, key[5:], true
}

// String says in AWS's words which target it is.
func (n Name) String() string {
	return "service namespace: " + n.Namespace + ", resource ID: " + n.Resource + ", scalable dimension: " + n.Dimension
}

func (n Name) arn(kind, id, rest string) string {
	return arn.New("autoscaling", n.Region, n.Account, kind+":"+id+":resource/"+n.Namespace+"/"+n.Resource+":"+rest).String()
}

// targetARN names a target by its ID.
func targetARN(t metric.Tenant, id string) string {
	return arn.New("application-autoscaling", t.Region, t.Account, "scalable-target/"+id).String()
}

// targetID reads what targetARN wrote.
func targetID(text string) (t metric.Tenant, id string, ok bool) {
	a, err := arn.Parse(text)
	if err != nil || a.Service != "application-autoscaling" {
		return t, "", false
	}
	id, ok = strings.CutPrefix(a.Resource, "scalable-target/")
	return metric.Tenant{Account: a.Account, Region: a.Region}, id, ok && id != ""
}

// policyID reads the UUID out of the ARN of a policy,
// arn:aws:autoscaling:R:A:scalingPolicy:UUID:resource/NS/RESOURCE:policyName/P.
// It is what finds the policy: the ARN does not tell the dimension.
func policyID(text string) (t metric.Tenant, id string, ok bool) {
	a, err := arn.Parse(text)
	if err != nil || a.Service != "autoscaling" {
		return t, "", false
	}
	rest, ok := strings.CutPrefix(a.Resource, "scalingPolicy:")
	if !ok {
		return t, "", false
	}
	id, rest, _ = strings.Cut(rest, ":")
	return metric.Tenant{Account: a.Account, Region: a.Region}, id, id != "" && strings.HasPrefix(rest, "resource/") && strings.Contains(rest, ":policyName/")
}
