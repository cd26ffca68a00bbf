package api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"skywatch/internal/fault"
	"skywatch/targets/scaling"
)

func (a scalingAPI) activityOperations() []offered {
	return []offered{offer("DescribeScalingActivities", a.describeActivities, showsGroups, Fields{
		"ActivityIds": Acts, "AutoScalingGroupName": Acts, "IncludeDeletedGroups": Acts, "MaxRecords": Acts, "NextToken": Acts, "Filters": Acts, "Filters.Name": Acts,
		"Filters.Values":          Acts,
		"IncludeManagedResources": Refused,
	})}
}

func (a scalingAPI) describeActivities(_ context.Context, c *Call, in *sdk.DescribeScalingActivitiesInput) (*sdk.DescribeScalingActivitiesOutput, error) {
	filter := scaling.ActivityFilter{Group: text(in.AutoScalingGroupName), IDs: in.ActivityIds, Deleted: yes(in.IncludeDeletedGroups)}
	for _, f := range in.Filters {
		if err := activityFilter(&filter, f); err != nil {
			return nil, err
		}
	}
	list, err := a.s.Activities(c.Tenant, filter)
	if err != nil {
		return nil, err
	}
	// The newest first.
	key := func(t *scaling.Told) string { return fmt.Sprintf("%020d %s", 1<<60-t.Start.UnixMilli(), t.ID) }
	slices.SortFunc(list, func(a, b scaling.Told) int { return strings.Compare(key(&a), key(&b)) })
	most := in.MaxRecords
	if most == nil {
		most = new(int32(scalingPageMost))
	}
	page, next, err := scalingPaged(list, key, "scaling-activity", in.NextToken, most)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeScalingActivitiesOutput{Activities: []types.Activity{}, NextToken: next}
	for i := range page {
		out.Activities = append(out.Activities, wireActivity(&page[i]))
	}
	return out, nil
}

// activityFilter narrows a filter (API reference, Filter).
func activityFilter(to *scaling.ActivityFilter, f types.Filter) error {
	bad := func(format string, args ...any) error {
		return fault.New(fault.Validation, format, args...).On("Filters") // wordings (inferred)
	}
	name := text(f.Name)
	switch name {
	case "Status":
		if to.Group == "" {
			return bad("The filter Status can only be used together with AutoScalingGroupName.")
		}
		for _, v := range f.Values {
			if !slices.Contains(types.ScalingActivityStatusCode("").Values(), types.ScalingActivityStatusCode(v)) {
				return bad("%s is no StatusCode of a scaling activity.", v)
			}
			to.Status = append(to.Status, scaling.Status(v))
		}
		return nil
	case "StartTimeLowerBound", "StartTimeUpperBound":
		if len(f.Values) != 1 {
			return bad("The filter %s takes one value.", name)
		}
		at, err := time.Parse(time.RFC3339, f.Values[0])
		if err != nil {
			return bad("The value %s of the filter %s is no time as in 2026-01-01T00:00:00Z.", f.Values[0], name)
		}
		if name == "StartTimeLowerBound" {
			to.From = at
		} else {
			to.Until = at
		}
		return nil
	}
	return bad("Filter type %s is not correct. Allowed Filter types are: StartTimeLowerBound StartTimeUpperBound Status", name)
}

func wireActivities(all []scaling.Activity) []types.Activity {
	out := []types.Activity{}
	for i := range all {
		out = append(out, wireActivity(&scaling.Told{Activity: all[i]}))
	}
	return out
}

func wireActivity(t *scaling.Told) types.Activity {
	a := &t.Activity
	w := types.Activity{
		ActivityId: &a.ID, AutoScalingGroupName: &a.Group, AutoScalingGroupARN: &a.GroupARN, Description: &a.Description, Cause: &a.Cause,
		StartTime: &a.Start, StatusCode: types.ScalingActivityStatusCode(a.Status), StatusMessage: unlessEmpty(a.Message),
		Progress: new(int32(a.Progress)), Details: new(a.Details()),
	}
	if !a.End.IsZero() {
		w.EndTime = &a.End
	}
	if t.GroupDeleted {
		w.AutoScalingGroupState = new("Deleted")
	}
	return w
}
