package conformance_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	gocmp "github.com/google/go-cmp/cmp"
)

func TestListMetrics(t *testing.T) {
	t.Parallel()
	url := start(t)
	eachDialect(t, url, func(t *testing.T, c *caller) {
		c.run(t, row{name: "none", in: &cloudwatch.ListMetricsInput{}, want: &cloudwatch.ListMetricsOutput{Metrics: []types.Metric{}}})
		old := aws.Time(time.Now().Add(-5 * time.Hour))
		c.must(t, put(
			types.MetricDatum{MetricName: aws.String("cpu"), Dimensions: dims("Host", "a", "App", "x"), Value: aws.Float64(1)},
			types.MetricDatum{MetricName: aws.String("cpu"), Dimensions: dims("Host", "b"), Value: aws.Float64(1)},
			types.MetricDatum{MetricName: aws.String("memory"), Value: aws.Float64(1), Timestamp: old},
		))
		c.must(t, &cloudwatch.PutMetricDataInput{Namespace: aws.String("Other"), MetricData: []types.MetricDatum{datum(nil)}})
		c.run(t, listFilters()...)
		t.Run("pages", func(t *testing.T) { listPages(t, c) })
	})
}

func listFilters() []row {
	a := types.Metric{Namespace: aws.String("App"), MetricName: aws.String("cpu"), Dimensions: dims("App", "x", "Host", "a")}
	b := types.Metric{Namespace: aws.String("App"), MetricName: aws.String("cpu"), Dimensions: dims("Host", "b")}
	memory := types.Metric{Namespace: aws.String("App"), MetricName: aws.String("memory"), Dimensions: dims()}
	other := types.Metric{Namespace: aws.String("Other"), MetricName: aws.String("m"), Dimensions: dims()}
	filter := func(name, value string) types.DimensionFilter {
		f := types.DimensionFilter{Name: &name}
		if value != "" {
			f.Value = &value
		}
		return f
	}
	list := func(f func(*cloudwatch.ListMetricsInput), want ...types.Metric) row {
		in := &cloudwatch.ListMetricsInput{}
		f(in)
		return row{in: in, check: func(t *testing.T, out any) {
			o := out.(*cloudwatch.ListMetricsOutput)
			slices.SortFunc(o.Metrics, func(a, b types.Metric) int { return cmp.Compare(show(a), show(b)) }) // no order is promised
			slices.SortFunc(want, func(a, b types.Metric) int { return cmp.Compare(show(a), show(b)) })
			if diff := gocmp.Diff(&cloudwatch.ListMetricsOutput{Metrics: append([]types.Metric{}, want...)}, o, sdkStructs); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		}}
	}
	refuse := func(f func(*cloudwatch.ListMetricsInput), r *refusal) row {
		in := &cloudwatch.ListMetricsInput{}
		f(in)
		return row{in: in, refused: r}
	}
	eleven := make([]types.DimensionFilter, 11)
	for i := range eleven {
		eleven[i] = filter(fmt.Sprint("d", i), "")
	}
	return named(map[string]row{
		"all":            list(func(*cloudwatch.ListMetricsInput) {}, a, b, memory, other),
		"namespace":      list(func(in *cloudwatch.ListMetricsInput) { in.Namespace = aws.String("Other") }, other),
		"name":           list(func(in *cloudwatch.ListMetricsInput) { in.MetricName = aws.String("cpu") }, a, b),
		"case matters":   list(func(in *cloudwatch.ListMetricsInput) { in.MetricName = aws.String("CPU") }),
		"dimension":      list(func(in *cloudwatch.ListMetricsInput) { in.Dimensions = []types.DimensionFilter{filter("Host", "a")} }, a),
		"dimension name": list(func(in *cloudwatch.ListMetricsInput) { in.Dimensions = []types.DimensionFilter{filter("Host", "")} }, a, b),
		"two dimensions": list(func(in *cloudwatch.ListMetricsInput) {
			in.Dimensions = []types.DimensionFilter{filter("Host", "a"), filter("App", "y")}
		}),
		"recently active": list(func(in *cloudwatch.ListMetricsInput) { in.RecentlyActive = types.RecentlyActivePt3h }, a, b, other),
		"linked accounts": {
			in:   &cloudwatch.ListMetricsInput{Namespace: aws.String("Other"), IncludeLinkedAccounts: aws.Bool(true)},
			want: &cloudwatch.ListMetricsOutput{Metrics: []types.Metric{other}, OwningAccounts: []string{account}},
		},
		"account that is not linked": list(func(in *cloudwatch.ListMetricsInput) { in.OwningAccount = aws.String("999999999999") }),
		"activity of another age":    refuse(func(in *cloudwatch.ListMetricsInput) { in.RecentlyActive = "PT1H" }, validation("1 validation error detected: Value 'PT1H' at 'recentlyActive' failed to satisfy constraint: Member must satisfy enum value set: [PT3H]")),
		"eleven dimensions":          refuse(func(in *cloudwatch.ListMetricsInput) { in.Dimensions = eleven }, validation("").matching("'dimensions' failed to satisfy constraint: Member must have length less than or equal to 10")),
		"token of nobody":            refuse(func(in *cloudwatch.ListMetricsInput) { in.NextToken = aws.String("nonsense") }, modelled("InvalidNextToken", 400, "").matching(".")),
	})
}

// listPages holds 500 a page, none twice, none missing, and the token to its
// request.
func listPages(t *testing.T, c *caller) {
	const total = 1203
	for from := 0; from < total; from += 1000 {
		var data []types.MetricDatum
		for i := from; i < min(from+1000, total); i++ {
			data = append(data, types.MetricDatum{MetricName: aws.String(fmt.Sprintf("m%04d", i)), Value: aws.Float64(1)})
		}
		c.must(t, &cloudwatch.PutMetricDataInput{Namespace: aws.String("Many"), MetricData: data})
	}
	seen := map[string]int{}
	in := &cloudwatch.ListMetricsInput{Namespace: aws.String("Many")}
	for _, want := range []int{500, 500, 203} {
		out := c.must(t, in).(*cloudwatch.ListMetricsOutput)
		if len(out.Metrics) != want {
			t.Fatalf("%d metrics on a page, want %d", len(out.Metrics), want)
		}
		for _, m := range out.Metrics {
			seen[*m.MetricName]++
		}
		if in.NextToken = out.NextToken; in.NextToken != nil {
			c.run(t, row{
				name: "token of another request", in: &cloudwatch.ListMetricsInput{Namespace: aws.String("Other"), NextToken: out.NextToken},
				refused: modelled("InvalidNextToken", 400, "").matching("."),
			})
		}
	}
	if in.NextToken != nil || len(seen) != total {
		t.Errorf("%d different metrics, want %d; token after the last page: %v", len(seen), total, in.NextToken)
	}
}
