package differential

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/conformance/oracle"
)

func gotMetric(m types.Metric) oracle.Metric {
	return oracle.Metric{
		Namespace: aws.ToString(m.Namespace), MetricName: aws.ToString(m.MetricName),
		Dimensions: each(m.Dimensions, func(d types.Dimension) oracle.Dimension {
			return oracle.Dimension{Name: aws.ToString(d.Name), Value: aws.ToString(d.Value)}
		}),
	}
}

func gotDatapoint(d types.Datapoint) oracle.GotDatapoint {
	out := oracle.GotDatapoint{
		Timestamp: aws.ToTime(d.Timestamp), Unit: string(d.Unit),
		Statistics: map[string]float64{}, ExtendedStatistics: d.ExtendedStatistics,
	}
	for name, value := range map[string]*float64{
		"SampleCount": d.SampleCount, "Sum": d.Sum, "Average": d.Average, "Minimum": d.Minimum, "Maximum": d.Maximum,
	} {
		if value != nil {
			out.Statistics[name] = *value
		}
	}
	return out
}

func gotPage(out *cloudwatch.GetMetricDataOutput) oracle.Page {
	return oracle.Page{More: out.NextToken != nil, Results: each(out.MetricDataResults, gotResult)}
}

func gotResult(r types.MetricDataResult) oracle.PageResult {
	return oracle.PageResult{
		ID: aws.ToString(r.Id), Label: aws.ToString(r.Label), Timestamps: r.Timestamps, Values: r.Values, StatusCode: string(r.StatusCode),
		Messages: each(r.Messages, func(m types.MessageData) oracle.Message {
			return oracle.Message{Code: aws.ToString(m.Code), Value: aws.ToString(m.Value)}
		}),
	}
}
