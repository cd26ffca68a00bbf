package differential

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/conformance/oracle"
)

// A model's empty text, zero time and zero period are members that the client
// leaves out.

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func seconds(n int) *int32 {
	if n == 0 {
		return nil
	}
	return aws.Int32(int32(n))
}

func whole(n *int) *int32 {
	if n == nil {
		return nil
	}
	return aws.Int32(int32(*n))
}

func each[T, U any](list []T, f func(T) U) []U {
	var out []U
	for _, v := range list {
		out = append(out, f(v))
	}
	return out
}

func putInput(in oracle.PutMetricDataInput) *cloudwatch.PutMetricDataInput {
	return &cloudwatch.PutMetricDataInput{
		Namespace: text(in.Namespace), MetricData: each(in.MetricData, datum), StrictEntityValidation: in.StrictEntityValidation,
		EntityMetricData: each(in.EntityMetricData, func(g oracle.EntityMetricData) types.EntityMetricData {
			out := types.EntityMetricData{MetricData: each(g.MetricData, datum)}
			if g.Entity != nil {
				out.Entity = &types.Entity{KeyAttributes: g.Entity.KeyAttributes, Attributes: g.Entity.Attributes}
			}
			return out
		}),
	}
}

func datum(d oracle.Datum) types.MetricDatum {
	out := types.MetricDatum{
		MetricName: text(d.MetricName), Dimensions: each(d.Dimensions, dimension), Timestamp: d.Timestamp,
		Value: d.Value, Values: d.Values, Counts: d.Counts,
		Unit: types.StandardUnit(d.Unit), StorageResolution: whole(d.StorageResolution),
	}
	if s := d.StatisticValues; s != nil {
		out.StatisticValues = &types.StatisticSet{SampleCount: s.SampleCount, Sum: s.Sum, Minimum: s.Minimum, Maximum: s.Maximum}
	}
	return out
}

func dimension(d oracle.Dimension) types.Dimension {
	return types.Dimension{Name: text(d.Name), Value: text(d.Value)}
}

func listInput(in oracle.ListMetricsInput) *cloudwatch.ListMetricsInput {
	return &cloudwatch.ListMetricsInput{
		Namespace: text(in.Namespace), MetricName: text(in.MetricName), RecentlyActive: types.RecentlyActive(in.RecentlyActive),
		Dimensions: each(in.Dimensions, func(f oracle.DimensionFilter) types.DimensionFilter {
			// An empty name is sent as such: the Query protocol has no form for
			// a structure without members.
			return types.DimensionFilter{Name: &f.Name, Value: text(f.Value)}
		}),
	}
}

func statisticsInput(in oracle.GetMetricStatisticsInput) *cloudwatch.GetMetricStatisticsInput {
	return &cloudwatch.GetMetricStatisticsInput{
		Namespace: text(in.Namespace), MetricName: text(in.MetricName), Dimensions: each(in.Dimensions, dimension),
		StartTime: instant(in.StartTime), EndTime: instant(in.EndTime), Period: seconds(in.Period),
		Statistics:         each(in.Statistics, func(s string) types.Statistic { return types.Statistic(s) }),
		ExtendedStatistics: in.ExtendedStatistics, Unit: types.StandardUnit(in.Unit),
	}
}

func dataInput(in oracle.GetMetricDataInput) *cloudwatch.GetMetricDataInput {
	out := &cloudwatch.GetMetricDataInput{
		MetricDataQueries: each(in.Queries, query), StartTime: instant(in.StartTime), EndTime: instant(in.EndTime),
		ScanBy: types.ScanBy(in.ScanBy), MaxDatapoints: whole(in.MaxDatapoints),
	}
	if in.Timezone != "" {
		out.LabelOptions = &types.LabelOptions{Timezone: &in.Timezone}
	}
	return out
}

func query(q oracle.Query) types.MetricDataQuery {
	s := q.MetricStat
	return types.MetricDataQuery{
		Id: text(q.ID), Label: q.Label, ReturnData: q.ReturnData, AccountId: text(q.AccountID),
		MetricStat: &types.MetricStat{
			Metric: &types.Metric{
				Namespace: text(s.Metric.Namespace), MetricName: text(s.Metric.MetricName), Dimensions: each(s.Metric.Dimensions, dimension),
			},
			Period: seconds(s.Period), Stat: text(s.Stat), Unit: types.StandardUnit(s.Unit),
		},
	}
}
