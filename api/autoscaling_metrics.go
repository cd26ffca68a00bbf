package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"skywatch/internal/fault"
	"skywatch/targets/scaling"
)

func (a scalingAPI) metricOperations() []offered {
	return []offered{
		offer("EnableMetricsCollection", a.enableMetrics, showsCollection, Fields{"AutoScalingGroupName": Acts, "Metrics": Acts, "Granularity": Acts}),
		offer("DisableMetricsCollection", a.disableMetrics, showsCollection, Fields{"AutoScalingGroupName": Acts, "Metrics": Acts}),
		offer("DescribeMetricCollectionTypes", a.metricTypes, showsLists, nil),
	}
}

func (a scalingAPI) enableMetrics(ctx context.Context, c *Call, in *sdk.EnableMetricsCollectionInput) (*sdk.EnableMetricsCollectionOutput, error) {
	if text(in.Granularity) != scaling.Granularity {
		return nil, fault.New(fault.Validation, "Granularity must be %s.", scaling.Granularity).On("Granularity") // (inferred)
	}
	return nil, a.s.Collect(ctx, scalingGroup(c, in.AutoScalingGroupName), in.Metrics)
}

func (a scalingAPI) disableMetrics(ctx context.Context, c *Call, in *sdk.DisableMetricsCollectionInput) (*sdk.DisableMetricsCollectionOutput, error) {
	return nil, a.s.StopCollecting(ctx, scalingGroup(c, in.AutoScalingGroupName), in.Metrics)
}

func (a scalingAPI) metricTypes(context.Context, *Call, *sdk.DescribeMetricCollectionTypesInput) (*sdk.DescribeMetricCollectionTypesOutput, error) {
	out := &sdk.DescribeMetricCollectionTypesOutput{Granularities: []types.MetricGranularityType{{Granularity: new(scaling.Granularity)}}}
	for _, m := range scaling.Metrics() {
		out.Metrics = append(out.Metrics, types.MetricCollectionType{Metric: &m})
	}
	return out, nil
}
