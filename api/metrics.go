package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/metric"
	"skywatch/query"
)

// text returns an optional string; clients send empty strings for what they do
// not ask for (Grafana), so absent and empty are the same to the query rooms.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func queryOperations(e *query.Engine) []offered {
	return []offered{listMetrics(e).selfChecked(), getMetricStatistics(e).selfChecked(), getMetricData(e).selfChecked()}
}

func listMetrics(e *query.Engine) offered {
	return offer("ListMetrics",
		func(ctx context.Context, c *Call, r *cloudwatch.ListMetricsInput) (*cloudwatch.ListMetricsOutput, error) {
			in := query.ListInput{
				Namespace: text(r.Namespace), Name: text(r.MetricName), RecentlyActive: string(r.RecentlyActive),
				IncludeLinkedAccounts: r.IncludeLinkedAccounts != nil && *r.IncludeLinkedAccounts,
				OwningAccount:         text(r.OwningAccount), NextToken: text(r.NextToken),
			}
			for _, d := range r.Dimensions {
				in.Dimensions = append(in.Dimensions, metric.DimensionFilter{Name: text(d.Name), Value: text(d.Value), AnyValue: d.Value == nil})
			}
			page, err := e.ListMetrics(ctx, metric.At(c.Now), c.Tenant, in)
			if err != nil {
				return nil, err
			}
			out := &cloudwatch.ListMetricsOutput{Metrics: make([]types.Metric, len(page.Metrics)), OwningAccounts: page.OwningAccounts}
			for i, id := range page.Metrics {
				out.Metrics[i] = wireMetric(id)
			}
			if page.NextToken != "" {
				out.NextToken = &page.NextToken
			}
			return out, nil
		},
		"conformance: TestListMetrics", Fields{
			"Namespace": Acts, "MetricName": Acts, "Dimensions": Acts, "Dimensions.Name": Acts, "Dimensions.Value": Acts,
			"NextToken": Acts, "RecentlyActive": Acts, "IncludeLinkedAccounts": Acts, "OwningAccount": Acts,
		})
}

func wireMetric(id metric.ID) types.Metric {
	m := types.Metric{Namespace: &id.Namespace, MetricName: &id.Name, Dimensions: make([]types.Dimension, len(id.Dimensions))}
	for i := range id.Dimensions {
		m.Dimensions[i] = types.Dimension{Name: &id.Dimensions[i].Name, Value: &id.Dimensions[i].Value}
	}
	return m
}

func dimensions(in []types.Dimension) []metric.Dimension {
	out := make([]metric.Dimension, len(in))
	for i, d := range in {
		out[i] = metric.Dimension{Name: text(d.Name), Value: text(d.Value)}
	}
	return out
}

func getMetricStatistics(e *query.Engine) offered {
	return offer("GetMetricStatistics",
		func(ctx context.Context, c *Call, r *cloudwatch.GetMetricStatisticsInput) (*cloudwatch.GetMetricStatisticsOutput, error) {
			in := query.StatisticsInput{
				Namespace: text(r.Namespace), Name: text(r.MetricName), Dimensions: dimensions(r.Dimensions),
				StartTime: instant(r.StartTime), EndTime: instant(r.EndTime), Period: r.Period,
				ExtendedStatistics: r.ExtendedStatistics, Unit: string(r.Unit),
			}
			for _, s := range r.Statistics {
				in.Statistics = append(in.Statistics, string(s))
			}
			res, err := e.MetricStatistics(ctx, metric.At(c.Now), c.Tenant, in)
			if err != nil {
				return nil, err
			}
			out := &cloudwatch.GetMetricStatisticsOutput{Label: &res.Label, Datapoints: make([]types.Datapoint, len(res.Datapoints))}
			for i, p := range res.Datapoints {
				out.Datapoints[i] = wireDatapoint(p)
			}
			return out, nil
		},
		"conformance: TestGetMetricStatistics", Fields{
			"Namespace": Acts, "MetricName": Acts, "Dimensions": Acts, "Dimensions.Name": Acts, "Dimensions.Value": Acts,
			"StartTime": Acts, "EndTime": Acts, "Period": Acts, "Statistics": Acts, "ExtendedStatistics": Acts, "Unit": Acts,
		})
}

func wireDatapoint(p query.StatisticsPoint) types.Datapoint {
	d := types.Datapoint{Timestamp: new(p.Time.Time()), Unit: types.StandardUnit(p.Unit.String())}
	for _, v := range p.Values {
		value := v.Value
		switch name := v.Statistic.String(); name {
		case "SampleCount":
			d.SampleCount = &value
		case "Average":
			d.Average = &value
		case "Sum":
			d.Sum = &value
		case "Minimum":
			d.Minimum = &value
		case "Maximum":
			d.Maximum = &value
		default:
			if d.ExtendedStatistics == nil {
				d.ExtendedStatistics = map[string]float64{}
			}
			d.ExtendedStatistics[name] = value
		}
	}
	return d
}
