package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"skywatch/targets/scalable"
)

func (a appScalingAPI) activityOperations() []offered {
	return []offered{
		offer("DescribeScalingActivities", a.describeActivities, showsActivities, Fields{
			"ServiceNamespace": Acts, "ResourceId": Acts, "ScalableDimension": Acts, "MaxResults": Acts, "NextToken": Acts, "IncludeNotScaledActivities": Acts,
		}),
	}
}

func (a appScalingAPI) describeActivities(_ context.Context, c *Call, in *sdk.DescribeScalingActivitiesInput) (*sdk.DescribeScalingActivitiesOutput, error) {
	list, err := a.s.Activities(c.Tenant, scalableScope(in.ServiceNamespace, in.ResourceId, in.ScalableDimension), yes(in.IncludeNotScaledActivities))
	if err != nil {
		return nil, err
	}
	page, next, err := scalablePaged(list, (*scalable.Activity).Order, descending, "scalable-activity", in.NextToken, in.MaxResults, scalablePage)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeScalingActivitiesOutput{ScalingActivities: []types.ScalingActivity{}, NextToken: next}
	for i := range page {
		out.ScalingActivities = append(out.ScalingActivities, wireScalableActivity(&page[i]))
	}
	return out, nil
}

func wireScalableActivity(v *scalable.Activity) types.ScalingActivity {
	w := types.ScalingActivity{
		ActivityId: &v.ID, ServiceNamespace: types.ServiceNamespace(v.Namespace), ResourceId: &v.Resource, ScalableDimension: types.ScalableDimension(v.Dimension),
		Description: &v.Description, Cause: &v.Cause, StartTime: &v.Start, EndTime: unlessZero(v.End), StatusCode: types.ScalingActivityStatusCode(v.Status),
		StatusMessage: unlessEmpty(v.Message),
	}
	for _, r := range v.NotScaled {
		w.NotScaledReasons = append(w.NotScaledReasons, types.NotScaledReason{
			Code: &r.Code, MinCapacity: short(r.Min), MaxCapacity: short(r.Max), CurrentCapacity: short(r.Current),
		})
	}
	return w
}
