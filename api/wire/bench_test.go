package wire

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// thousandData is a full PutMetricData of an agent: 1000 data with three
// dimensions.
func thousandData() *cloudwatch.PutMetricDataInput {
	in := &cloudwatch.PutMetricDataInput{Namespace: aws.String("App")}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i := range 1000 {
		in.MetricData = append(in.MetricData, types.MetricDatum{
			MetricName: aws.String("Latency"), Timestamp: &at, Value: aws.Float64(float64(i) + 0.5), Unit: types.StandardUnitMilliseconds,
			Dimensions: []types.Dimension{
				{Name: aws.String("Host"), Value: aws.String(fmt.Sprintf("host-%04d", i))},
				{Name: aws.String("Service"), Value: aws.String("checkout-service")},
				{Name: aws.String("Zone"), Value: aws.String("us-east-1a")},
			},
		})
	}
	return in
}

func BenchmarkDecodePutMetricData(b *testing.B) {
	op := testOperations(b, "cloudwatch")["PutMetricData"]
	sh, err := op.Service.shapeOf(op.Input, op.in)
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range []Protocol{Query, JSON10, CBOR} {
		body := written(p, sh, reflect.ValueOf(thousandData()).Elem())
		b.Run(p.String(), func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				in := &cloudwatch.PutMetricDataInput{}
				if err := p.Decode(&op.Operation, &Request{Body: body}, in); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/datum")
		})
	}
}

func BenchmarkEncodeGetMetricData(b *testing.B) {
	op := testOperations(b, "cloudwatch")["GetMetricData"]
	out := &cloudwatch.GetMetricDataOutput{Messages: []types.MessageData{}, MetricDataResults: []types.MetricDataResult{{
		Id: aws.String("m1"), Label: aws.String("Latency"), StatusCode: types.StatusCodeComplete,
	}}}
	r := &out.MetricDataResults[0]
	at := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	for i := range 1440 {
		r.Timestamps = append(r.Timestamps, at.Add(time.Duration(i)*time.Minute))
		r.Values = append(r.Values, float64(i)*1.1)
	}
	for _, p := range []Protocol{Query, JSON10, CBOR} {
		b.Run(p.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Encode(&op.Operation, "id", out); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1440, "ns/point")
		})
	}
}
