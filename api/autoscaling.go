package api

import (
	"fmt"
	"slices"

	"skywatch/alarms"
	"skywatch/internal/fault"
	"skywatch/targets/scaling"
)

// Tests that show the operations.
const (
	showsGroups   = "conformance: TestScalingGroups"
	showsMembers  = "conformance: TestScalingInstances"
	showsPolicies = "conformance: TestScalingPolicies"
	showsTimes    = "conformance: TestScheduledScaling"
	showsHooks    = "conformance: TestLifecycleHooks"
	// Of metrics, and the lists of constants.
	showsCollection = "conformance: TestScalingMetrics"
	showsLists      = "conformance: TestScalingLists"
)

func scalingOperations(s *scaling.Service, watching *alarms.Service) []offered {
	a := scalingAPI{s, watching}
	return slices.Concat(
		a.groupOperations(), a.instanceOperations(), a.activityOperations(), a.policyOperations(), a.actionOperations(), a.actionBatchOperations(),
		a.hookOperations(), a.notificationOperations(), a.tagOperations(), a.metricOperations(), a.listOperations(),
	)
}

// scalingAPI turns Auto Scaling's shapes into calls of the groups.
type scalingAPI struct {
	s        *scaling.Service
	watching *alarms.Service // tell which of them execute a policy
}

func scalingGroup(c *Call, name *string) scaling.GroupName {
	return scaling.GroupName{Tenant: c.Tenant, Group: text(name)}
}

// Sizes of pages (API reference: MaxRecords).
const (
	scalingPage     = 50
	scalingPageMost = 100
)

// scalingPaged returns a page of a list that is in the order of its keys, and
// the token of the next one.
func scalingPaged[T any](list []T, key func(*T) string, what string, token *string, most *int32) ([]T, *string, error) {
	size := scalingPage
	if most != nil {
		size = int(*most)
	}
	if size < 1 || size > scalingPageMost {
		return nil, nil, fault.New(fault.Validation, "MaxRecords must be between 1 and %d.", scalingPageMost).On("MaxRecords") // (inferred)
	}
	after, err := readToken(token, what, 1)
	if err != nil {
		return nil, nil, fault.New(fault.InvalidToken, "The token '%s' is invalid.", text(token)).On("NextToken") // (inferred)
	}
	list = slices.DeleteFunc(list, func(v T) bool { return after[0] != "" && key(&v) <= after[0] })
	if len(list) <= size {
		return list, nil, nil
	}
	return list[:size], writeToken(what, key(&list[size-1])), nil
}

func yes(v *bool) bool { return v != nil && *v }

// unlessEmpty is a text that is there, nil for none.
func unlessEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// need refuses a list without elements, where the model does not.
func need(param string, n int) error {
	if n == 0 {
		return fault.New(fault.Validation, "%s", fmt.Sprintf("At least one value is required for %s.", param)).On(param) // (inferred)
	}
	return nil
}
