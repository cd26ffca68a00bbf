package api

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/metric"
	"skywatch/query"
)

func getMetricData(e *query.Engine) offered {
	return offer("GetMetricData",
		func(ctx context.Context, c *Call, r *cloudwatch.GetMetricDataInput) (*cloudwatch.GetMetricDataOutput, error) {
			res, err := e.MetricData(ctx, metric.At(c.Now), c.Tenant, dataInput(r))
			if err != nil {
				return nil, err
			}
			return dataOutput(res), nil
		},
		"conformance: TestGetMetricData", Fields{
			"StartTime": Acts, "EndTime": Acts, "NextToken": Acts, "ScanBy": Acts, "MaxDatapoints": Acts,
			"LabelOptions": Acts, "LabelOptions.Timezone": Acts,
			"MetricDataQueries": Acts, "MetricDataQueries.Id": Acts, "MetricDataQueries.Label": Acts,
			"MetricDataQueries.ReturnData": Acts, "MetricDataQueries.AccountId": Acts,
			// The engine refuses an expression, and with it the period, in the
			// words of GetMetricData.
			"MetricDataQueries.Expression": Acts, "MetricDataQueries.Period": Acts,
			"MetricDataQueries.MetricStat": Acts, "MetricDataQueries.MetricStat.Period": Acts,
			"MetricDataQueries.MetricStat.Stat": Acts, "MetricDataQueries.MetricStat.Unit": Acts,
			"MetricDataQueries.MetricStat.Metric": Acts, "MetricDataQueries.MetricStat.Metric.Namespace": Acts,
			"MetricDataQueries.MetricStat.Metric.MetricName": Acts, "MetricDataQueries.MetricStat.Metric.Dimensions": Acts,
			"MetricDataQueries.MetricStat.Metric.Dimensions.Name": Acts, "MetricDataQueries.MetricStat.Metric.Dimensions.Value": Acts,
		})
}

func dataInput(r *cloudwatch.GetMetricDataInput) query.DataInput {
	in := query.DataInput{
		StartTime: instant(r.StartTime), EndTime: instant(r.EndTime), MaxDatapoints: r.MaxDatapoints,
		ScanBy: string(r.ScanBy), NextToken: text(r.NextToken), Queries: make([]query.DataQuery, len(r.MetricDataQueries)),
	}
	if r.LabelOptions != nil {
		in.Timezone = text(r.LabelOptions.Timezone)
	}
	for i, q := range r.MetricDataQueries {
		in.Queries[i] = query.DataQuery{
			ID: text(q.Id), Stat: metricStat(q.MetricStat), Expression: text(q.Expression), Label: q.Label,
			ReturnData: q.ReturnData, Period: q.Period, AccountID: text(q.AccountId),
		}
	}
	return in
}

func metricStat(m *types.MetricStat) *query.MetricStat {
	if m == nil {
		return nil
	}
	out := &query.MetricStat{Period: m.Period, Stat: text(m.Stat), Unit: string(m.Unit)}
	if m.Metric != nil {
		out.Namespace, out.Name, out.Dimensions = text(m.Metric.Namespace), text(m.Metric.MetricName), dimensions(m.Metric.Dimensions)
	}
	return out
}

func dataOutput(res query.DataOutput) *cloudwatch.GetMetricDataOutput {
	out := &cloudwatch.GetMetricDataOutput{
		MetricDataResults: make([]types.MetricDataResult, len(res.Results)), Messages: messages(res.Messages),
	}
	if out.Messages == nil {
		out.Messages = []types.MessageData{} // present though empty, unlike a result's own [R]
	}
	if res.NextToken != "" {
		out.NextToken = &res.NextToken
	}
	for i, r := range res.Results {
		times := make([]time.Time, len(r.Timestamps))
		for j, t := range r.Timestamps {
			times[j] = t.Time()
		}
		values := r.Values
		if values == nil {
			values = []float64{} // an empty list is present
		}
		out.MetricDataResults[i] = types.MetricDataResult{
			Id: &res.Results[i].ID, Label: &res.Results[i].Label, Timestamps: times, Values: values,
			StatusCode: types.StatusCode(r.Status), Messages: messages(r.Messages),
		}
	}
	return out
}

// messages returns nil, which leaves the member out, where there are none.
func messages(in []query.Message) []types.MessageData {
	if len(in) == 0 {
		return nil
	}
	out := make([]types.MessageData, len(in))
	for i := range in {
		out[i] = types.MessageData{Code: &in[i].Code, Value: &in[i].Value}
	}
	return out
}
