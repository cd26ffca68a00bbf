package conformance_test

import (
	"cmp"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	gocmp "github.com/google/go-cmp/cmp"
)

// recent is a whole minute so long ago that no bucket after it is begun while
// the test runs.
func recent() time.Time { return time.Now().UTC().Truncate(time.Minute).Add(-20 * time.Minute) }

// at returns a datum of metric name at an instant.
func at(t time.Time, name string, v float64, unit types.StandardUnit) types.MetricDatum {
	return types.MetricDatum{MetricName: &name, Value: &v, Timestamp: &t, Unit: unit}
}

func TestGetMetricStatistics(t *testing.T) {
	t.Parallel()
	url, from := start(t), recent()
	eachDialect(t, url, func(t *testing.T, c *caller) {
		c.must(t, put(
			at(from, "latency", 10, types.StandardUnitMilliseconds), at(from.Add(20*time.Second), "latency", 30, types.StandardUnitMilliseconds),
			at(from.Add(59*time.Second), "latency", 2, types.StandardUnitMilliseconds), at(from.Add(time.Minute), "latency", 7, types.StandardUnitMilliseconds),
			at(from, "units", 1, types.StandardUnitSeconds), at(from, "units", 2, types.StandardUnitCount),
			at(from, "negative", -1, ""), at(from, "negative", 1, ""),
			types.MetricDatum{MetricName: aws.String("set"), Timestamp: &from, StatisticValues: statistics(4, 10, 1, 4)},
			types.MetricDatum{MetricName: aws.String("fast"), Timestamp: aws.Time(from.Add(1500 * time.Millisecond)), Value: aws.Float64(5), StorageResolution: aws.Int32(1)},
			types.MetricDatum{MetricName: aws.String("dimensioned"), Timestamp: &from, Value: aws.Float64(5), Dimensions: dims("Host", "a", "App", "x")},
			types.MetricDatum{MetricName: aws.String("weighted"), Timestamp: &from, Values: []float64{1, 10}, Counts: []float64{3, 0.5}},
		))
		c.run(t, statisticsRows(from)...)
		c.run(t, statisticsRefusals(from)...)
	})
}

// statisticsOf asks for one minute of a metric, Sum only.
func statisticsOf(name string, from time.Time, change func(*cloudwatch.GetMetricStatisticsInput)) *cloudwatch.GetMetricStatisticsInput {
	in := &cloudwatch.GetMetricStatisticsInput{
		Namespace: aws.String("App"), MetricName: &name, StartTime: &from, EndTime: aws.Time(from.Add(time.Minute)),
		Period: aws.Int32(60), Statistics: []types.Statistic{types.StatisticSum},
	}
	if change != nil {
		change(in)
	}
	return in
}

func statisticsRows(from time.Time) []row {
	next := from.Add(time.Minute)
	points := func(name string, change func(*cloudwatch.GetMetricStatisticsInput), want ...types.Datapoint) row {
		return row{in: statisticsOf(name, from, change), check: func(t *testing.T, out any) {
			o := out.(*cloudwatch.GetMetricStatisticsOutput)
			slices.SortFunc(o.Datapoints, func(a, b types.Datapoint) int { // no order is promised
				return cmp.Or(a.Timestamp.Compare(*b.Timestamp), cmp.Compare(a.Unit, b.Unit))
			})
			want := &cloudwatch.GetMetricStatisticsOutput{Label: &name, Datapoints: append([]types.Datapoint{}, want...)}
			if diff := gocmp.Diff(want, o, sdkStructs, roughly); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		}}
	}
	sum := func(at time.Time, v float64, unit types.StandardUnit) types.Datapoint {
		return types.Datapoint{Timestamp: &at, Sum: &v, Unit: unit}
	}
	extended := func(stats ...string) func(*cloudwatch.GetMetricStatisticsInput) {
		return func(in *cloudwatch.GetMetricStatisticsInput) { in.Statistics, in.ExtendedStatistics = nil, stats }
	}
	const ms = types.StandardUnitMilliseconds
	return named(map[string]row{
		"all five": points("latency", func(in *cloudwatch.GetMetricStatisticsInput) { in.Statistics = types.Statistic("").Values() },
			types.Datapoint{Timestamp: &from, Unit: ms, SampleCount: aws.Float64(3), Sum: aws.Float64(42), Average: aws.Float64(14), Minimum: aws.Float64(2), Maximum: aws.Float64(30)}),
		"end is not included": points("latency", func(in *cloudwatch.GetMetricStatisticsInput) { in.EndTime = aws.Time(from.Add(2 * time.Minute)) },
			sum(from, 42, ms), sum(next, 7, ms)),
		"buckets begin at the start": points("latency", func(in *cloudwatch.GetMetricStatisticsInput) {
			in.StartTime, in.EndTime, in.Period = aws.Time(from.Add(-time.Minute)), aws.Time(from.Add(3*time.Minute)), aws.Int32(120)
		}, sum(from.Add(-time.Minute), 42, ms), sum(next, 7, ms)),
		"one point a unit":  points("units", nil, sum(from, 2, types.StandardUnitCount), sum(from, 1, types.StandardUnitSeconds)),
		"one unit":          points("units", func(in *cloudwatch.GetMetricStatisticsInput) { in.Unit = types.StandardUnitSeconds }, sum(from, 1, types.StandardUnitSeconds)),
		"unit without data": points("units", func(in *cloudwatch.GetMetricStatisticsInput) { in.Unit = types.StandardUnitBytes }),
		"unknown metric":    points("nobody", nil),
		"extended": points("latency", extended("p0", "p100", "tc100", "ts100"), types.Datapoint{
			Timestamp: &from, Unit: ms,
			ExtendedStatistics: map[string]float64{"p0": 2, "p100": 30, "tc100": 3, "ts100": 42},
		}),
		"both kinds": points("latency", func(in *cloudwatch.GetMetricStatisticsInput) { in.ExtendedStatistics = []string{"p100"} },
			types.Datapoint{Timestamp: &from, Unit: ms, Sum: aws.Float64(42), ExtendedStatistics: map[string]float64{"p100": 30}}),
		"no percentiles of negative values": points("negative", extended("p50")),
		"no percentiles of a set":           points("set", extended("p50")),
		"set":                               points("set", nil, sum(from, 10, types.StandardUnitNone)),
		"weights": points("weighted", func(in *cloudwatch.GetMetricStatisticsInput) {
			in.Statistics = []types.Statistic{types.StatisticSampleCount, types.StatisticSum, types.StatisticMaximum}
		}, types.Datapoint{Timestamp: &from, Unit: types.StandardUnitNone, SampleCount: aws.Float64(3.5), Sum: aws.Float64(8), Maximum: aws.Float64(10)}),
		"part of the dimensions": points("dimensioned", func(in *cloudwatch.GetMetricStatisticsInput) { in.Dimensions = dims("Host", "a") }),
		"dimensions in any order": points("dimensioned", func(in *cloudwatch.GetMetricStatisticsInput) { in.Dimensions = dims("Host", "a", "App", "x") },
			sum(from, 5, types.StandardUnitNone)),
		"a period of 1 s": points("fast", func(in *cloudwatch.GetMetricStatisticsInput) { in.Period = aws.Int32(1) },
			sum(from.Add(time.Second), 5, types.StandardUnitNone)),
		"no high resolution": points("latency", func(in *cloudwatch.GetMetricStatisticsInput) { in.Period = aws.Int32(30) }),
		"too fine for the age": points("latency", func(in *cloudwatch.GetMetricStatisticsInput) {
			in.StartTime, in.EndTime = aws.Time(from.Add(-20*24*time.Hour)), aws.Time(from.Add(-20*24*time.Hour+time.Hour))
		}),
	})
}

func statisticsRefusals(from time.Time) []row {
	refuse := func(change func(*cloudwatch.GetMetricStatisticsInput), r *refusal) row {
		return row{in: statisticsOf("latency", from, change), refused: r}
	}
	return named(map[string]row{
		"equal times":    refuse(func(in *cloudwatch.GetMetricStatisticsInput) { in.EndTime = in.StartTime }, invalidValue("The parameter StartTime must be less than the parameter EndTime.")),
		"reversed times": refuse(func(in *cloudwatch.GetMetricStatisticsInput) { in.EndTime = aws.Time(from.Add(-time.Hour)) }, invalidValue("The parameter StartTime must be less than the parameter EndTime.")),
		"1441 points": refuse(func(in *cloudwatch.GetMetricStatisticsInput) { in.EndTime = aws.Time(from.Add(1441 * time.Minute)) },
			invalidCombination("You have requested up to 1441 datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.")),
		"period of 7": refuse(func(in *cloudwatch.GetMetricStatisticsInput) { in.Period = aws.Int32(7) },
			invalidValue("The parameter Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60.")),
		"extended nonsense": refuse(func(in *cloudwatch.GetMetricStatisticsInput) {
			in.Statistics, in.ExtendedStatistics = nil, []string{"p101"}
		},
			invalidValue("The value p101 for parameter ExtendedStatistics.member.1.<list element> is not supported.")),
		"unknown statistic": refuse(func(in *cloudwatch.GetMetricStatisticsInput) { in.Statistics = []types.Statistic{"Median"} },
			validation("1 validation error detected: Value 'Median' at 'statistics.1.member' failed to satisfy constraint: Member must satisfy enum value set: [Maximum, SampleCount, Sum, Minimum, Average]")),
		"no statistic": refuse(func(in *cloudwatch.GetMetricStatisticsInput) { in.Statistics = nil }, invalidCombination("").matching("Statistics")),
		"no namespace": refuse(func(in *cloudwatch.GetMetricStatisticsInput) { in.Namespace = nil }, missing("The parameter Namespace is required.")),
		"no name":      refuse(func(in *cloudwatch.GetMetricStatisticsInput) { in.MetricName = nil }, missing("The parameter MetricName is required.")),
		"no start":     refuse(func(in *cloudwatch.GetMetricStatisticsInput) { in.StartTime = nil }, missing("The parameter StartTime is required.")),
		"no end":       refuse(func(in *cloudwatch.GetMetricStatisticsInput) { in.EndTime = nil }, missing("The parameter EndTime is required.")),
		"no period":    refuse(func(in *cloudwatch.GetMetricStatisticsInput) { in.Period = nil }, missing("The parameter Period is required.")),
		"two violations": refuse(func(in *cloudwatch.GetMetricStatisticsInput) {
			in.Period, in.Statistics = aws.Int32(0), []types.Statistic{"Median"}
		},
			validation("").matching("^2 validation errors detected: .*; ")),
	})
}

// roughly allows percentiles the error of their sketch.
var roughly = gocmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) <= .01*math.Abs(a) })
