package conformance_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// TestEntities holds what an entity does to a request: nothing when it is
// valid, and else what StrictEntityValidation says (cloudwatch.md 3.4).
func TestEntities(t *testing.T) {
	t.Parallel()
	server := start(t)
	valid := map[string]string{"Type": "Service", "Name": "shop", "Environment": "prod"}
	big := map[string]string{}
	for _, c := range strings.Split("abcdefghijk", "") {
		big[c] = "v"
	}
	entity := func(strict bool, key, attributes map[string]string) *cloudwatch.PutMetricDataInput {
		return &cloudwatch.PutMetricDataInput{
			Namespace: aws.String("App"), StrictEntityValidation: &strict,
			EntityMetricData: []types.EntityMetricData{{Entity: &types.Entity{KeyAttributes: key, Attributes: attributes}, MetricData: []types.MetricDatum{datum(nil)}}},
		}
	}
	three := entity(true, valid, nil)
	three.EntityMetricData = append(three.EntityMetricData, three.EntityMetricData[0], three.EntityMetricData[0])
	eachDialect(t, server, func(t *testing.T, c *caller) {
		kept := 0
		for _, step := range []struct {
			name    string
			in      *cloudwatch.PutMetricDataInput
			failure string // X-Amzn-Failure-Message
			refused bool
		}{
			{name: "valid", in: entity(true, valid, map[string]string{"team": "a"})},
			{name: "valid, not strict", in: entity(false, valid, nil)},
			{name: "unknown type", in: entity(false, map[string]string{"Type": "Dog", "Name": "rex"}, nil), failure: "InvalidTypeValue"},
			{name: "unknown key", in: entity(false, map[string]string{"Type": "Service", "Colour": "red"}, nil), failure: "InvalidKeyAttributes"},
			{name: "too many attributes", in: entity(false, valid, big), failure: "InvalidAttributes"},
			{name: "strict and unknown type", in: entity(true, map[string]string{"Type": "Dog", "Name": "rex"}, nil), refused: true},
			{name: "three entities", in: three, refused: true},
		} {
			_, err := c.call(t.Context(), step.in)
			c.checkHeaders(t)
			if (err != nil) != step.refused || c.wire.status != map[bool]int{true: 400, false: 200}[step.refused] {
				t.Errorf("%s: %d, %v", step.name, c.wire.status, err)
			}
			if got := c.wire.header.Get("X-Amzn-Failure-Message"); got != step.failure {
				t.Errorf("%s: failure %q, want %q", step.name, got, step.failure)
			}
			if !step.refused {
				kept++
			}
		}
		from := recent()
		out := c.must(t, statisticsOf("m", from, func(in *cloudwatch.GetMetricStatisticsInput) {
			in.Period, in.EndTime, in.Statistics = aws.Int32(3600), aws.Time(from.Add(3600e9)), []types.Statistic{types.StatisticSampleCount}
		})).(*cloudwatch.GetMetricStatisticsOutput)
		if len(out.Datapoints) != 1 || *out.Datapoints[0].SampleCount != float64(kept) {
			t.Errorf("kept %s, want %d samples", show(out), kept)
		}
	})
}
