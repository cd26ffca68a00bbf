package api

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"skywatch/alarms"
	"skywatch/internal/fault"
	"skywatch/targets/scalable"
)

// Tests that show the operations.
const (
	showsTargets    = "conformance: TestScalableTargets"
	showsSteps      = "conformance: TestScalablePolicies"
	showsPlans      = "conformance: TestScalableSchedules"
	showsActivities = "conformance: TestScalableActivities"
)

func appScalingOperations(s *scalable.Service, watching *alarms.Service) []offered {
	a := appScalingAPI{s, watching}
	return slices.Concat(a.targetOperations(), a.policyOperations(), a.actionOperations(), a.activityOperations(), a.tagOperations())
}

// appScalingAPI turns Application Auto Scaling's shapes into calls of scalable
// targets.
type appScalingAPI struct {
	s        *scalable.Service
	watching *alarms.Service // tell which of them execute a policy
}

func scalableName(c *Call, namespace types.ServiceNamespace, resource *string, dimension types.ScalableDimension) scalable.Name {
	return scalable.Name{Tenant: c.Tenant, Namespace: string(namespace), Resource: text(resource), Dimension: string(dimension)}
}

func scalableScope(namespace types.ServiceNamespace, resource *string, dimension types.ScalableDimension) scalable.Scope {
	return scalable.Scope{Namespace: string(namespace), Dimension: string(dimension)}.Of(text(resource))
}

// Sizes of pages (API reference: MaxResults); both are what one has by default.
const (
	scalablePage       = 50
	scalablePolicyPage = 10
)

// order is how a list is sorted by its keys.
type order func(key, after string) bool

func ascending(key, after string) bool  { return key > after }
func descending(key, after string) bool { return key < after }

// scalablePaged returns a page of a list that is in the order of its keys, and
// the token of the next one.
func scalablePaged[T any](list []T, key func(*T) string, by order, what string, token *string, most *int32, largest int) ([]T, *string, error) {
	size := largest
	if most != nil {
		size = int(*most)
	}
	if size < 1 || size > largest {
		return nil, nil, fault.New(fault.Validation, "MaxResults must be between 1 and %d.", largest).On("MaxResults") // (inferred)
	}
	after, err := readToken(token, what, 1)
	if err != nil {
		return nil, nil, fault.New(fault.InvalidToken, "The token '%s' is invalid.", text(token)).On("NextToken") // (inferred)
	}
	list = slices.DeleteFunc(list, func(v T) bool { return after[0] != "" && !by(key(&v), after[0]) })
	if len(list) <= size {
		return list, nil, nil
	}
	return list[:size], writeToken(what, key(&list[size-1])), nil
}

// scalableKey is the place of a thing of a target in a list of its namespace.
func scalableKey(n scalable.Name, name string) string {
	return n.Dimension + "\x01" + n.Resource + "\x01" + name
}

// unlessZero is a time that is there, nil for none.
func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
