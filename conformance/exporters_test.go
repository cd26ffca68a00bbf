package conformance_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/oam"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	taggingtypes "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// exporter has the clients of a program that is written with the Go SDK and knows
// the server by AWS_ENDPOINT_URL alone.
type exporter struct {
	cfg     aws.Config
	metrics *cloudwatch.Client
}

func newExporter(server string) exporter {
	cfg := aws.Config{Region: "us-east-2", BaseEndpoint: &server, Credentials: dummyKey, HTTPClient: http.DefaultClient}
	return exporter{cfg, cloudwatch.NewFromConfig(cfg)}
}

// fleet puts a metric with five values for each of n hosts.
func (e exporter) fleet(t *testing.T, from time.Time, n int) {
	t.Helper()
	var data []types.MetricDatum
	for i := range n {
		d := at(from, "load", float64(i), "")
		d.Dimensions = dims("host", fmt.Sprintf("h%04d", i))
		data = append(data, d)
	}
	for ; len(data) > 0; data = data[min(len(data), 1000):] {
		in := put(data[:min(len(data), 1000)]...)
		if _, err := e.metrics.PutMetricData(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
}

// TestYACE makes the calls of the exporter YACE: who it is, the account's alias,
// the tagged resources of a type, basic and extended statistics in one call, and
// GetMetricData of which it takes the first value.
func TestYACE(t *testing.T) {
	t.Parallel()
	server, from := start(t), recent()
	e := newExporter(server)
	e.fleet(t, from, 3)
	e.fleet(t, from.Add(time.Minute), 3)

	who, err := sts.NewFromConfig(e.cfg).GetCallerIdentity(t.Context(), nil)
	if err != nil || *who.Account != account {
		t.Fatalf("%v %v", who, err)
	}
	aliases, err := iam.NewFromConfig(e.cfg).ListAccountAliases(t.Context(), nil)
	if err != nil || len(aliases.AccountAliases) != 0 || aliases.IsTruncated {
		t.Errorf("%v %v", aliases, err)
	}
	if _, err := sqs.NewFromConfig(e.cfg).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("jobs"), Tags: map[string]string{"team": "a"}}); err != nil {
		t.Fatal(err)
	}
	resources, err := tagging.NewFromConfig(e.cfg).GetResources(t.Context(), &tagging.GetResourcesInput{
		ResourceTypeFilters: []string{"sqs"}, TagFilters: []taggingtypes.TagFilter{{Key: aws.String("team"), Values: []string{"a"}}}, ResourcesPerPage: aws.Int32(100),
	})
	want := []taggingtypes.ResourceTagMapping{{
		ResourceARN: aws.String("arn:aws:sqs:us-east-2:" + account + ":jobs"), Tags: []taggingtypes.Tag{{Key: aws.String("team"), Value: aws.String("a")}},
	}}
	if err != nil || !gocmp.Equal(want, resources.ResourceTagMappingList, sdkStructs, cmpopts.IgnoreUnexported(taggingtypes.ResourceTagMapping{}, taggingtypes.Tag{})) {
		t.Errorf("%s %v", show(resources), err)
	}
	statistics, err := e.metrics.GetMetricStatistics(t.Context(), &cloudwatch.GetMetricStatisticsInput{
		Namespace: aws.String("App"), MetricName: aws.String("load"), Dimensions: dims("host", "h0002"), StartTime: &from, EndTime: aws.Time(from.Add(time.Hour)),
		Period: aws.Int32(3600), Statistics: []types.Statistic{types.StatisticSum}, ExtendedStatistics: []string{"p95"},
	})
	if err != nil || len(statistics.Datapoints) != 1 || *statistics.Datapoints[0].Sum != 4 || statistics.Datapoints[0].ExtendedStatistics["p95"] != 2 {
		t.Errorf("%s %v", show(statistics), err)
	}
	in := dataOf(from, seriesQuery("id_0", "load", "Average", 60, func(q *types.MetricDataQuery) { q.MetricStat.Metric.Dimensions = dims("host", "h0001") }))
	in.ScanBy = types.ScanByTimestampDescending
	data, err := e.metrics.GetMetricData(t.Context(), in)
	if err != nil || len(data.MetricDataResults) != 1 || *data.MetricDataResults[0].Id != "id_0" || !data.MetricDataResults[0].Timestamps[0].Equal(from.Add(time.Minute)) {
		t.Errorf("%s %v", show(data), err)
	}
}

// TestKEDA asks as KEDA's scaler does, which takes the first value for the newest,
// with and without what it may leave out; an empty list is a normal answer.
func TestKEDA(t *testing.T) {
	t.Parallel()
	e, from := newExporter(start(t)), recent()
	for minute, v := range []float64{5, 7} {
		if _, err := e.metrics.PutMetricData(t.Context(), put(at(from.Add(time.Duration(minute)*time.Minute), "depth", v, types.StandardUnitCount))); err != nil {
			t.Fatal(err)
		}
	}
	expression := types.MetricDataQuery{Id: aws.String("q1"), Period: aws.Int32(60), Expression: aws.String(`SELECT MAX(depth) FROM App`)}
	for name, ask := range map[string]struct {
		query types.MetricDataQuery
		scan  types.ScanBy
		want  []float64
	}{
		"metric":              {seriesQuery("c1", "depth", "Maximum", 60, nil), types.ScanByTimestampDescending, []float64{7, 5}},
		"no order":            {seriesQuery("c1", "depth", "Maximum", 60, nil), "", []float64{7, 5}},
		"unit and account":    {seriesQuery("c1", "depth", "Maximum", 60, func(q *types.MetricDataQuery) { q.MetricStat.Unit, q.AccountId = "Count", aws.String(account) }), "", []float64{7, 5}},
		"expression":          {expression, types.ScanByTimestampDescending, []float64{7, 5}},
		"nothing of a metric": {seriesQuery("c1", "nobody", "Maximum", 60, nil), "", []float64{}},
	} {
		in := dataOf(from, ask.query)
		in.ScanBy = ask.scan
		out, err := e.metrics.GetMetricData(t.Context(), in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := gocmp.Diff(ask.want, out.MetricDataResults[0].Values, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestTerraformStart makes the calls of the AWS provider that does not know its
// account: who the user is, then whose roles there are.
func TestTerraformStart(t *testing.T) {
	t.Parallel()
	e := newExporter(start(t))
	users := iam.NewFromConfig(e.cfg)
	got, err := users.GetUser(t.Context(), nil)
	if err != nil || *got.User.Arn != "arn:aws:iam::"+account+":root" {
		t.Errorf("%s %v", show(got), err)
	}
	roles, err := users.ListRoles(t.Context(), &iam.ListRolesInput{MaxItems: aws.Int32(1)})
	if err != nil || len(roles.Roles) != 0 || roles.IsTruncated {
		t.Errorf("%s %v", show(roles), err)
	}
	sinks, err := oam.NewFromConfig(e.cfg).ListSinks(t.Context(), nil)
	if err != nil || len(sinks.Items) != 0 || sinks.NextToken != nil {
		t.Errorf("%s %v", show(sinks), err)
	}
}
