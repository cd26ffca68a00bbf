package conformance_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// datum is a datum of metric m with value 1, changed by f.
func datum(f func(*types.MetricDatum)) types.MetricDatum {
	d := types.MetricDatum{MetricName: aws.String("m"), Value: aws.Float64(1)}
	if f != nil {
		f(&d)
	}
	return d
}

// put is a request with data in namespace App.
func put(data ...types.MetricDatum) *cloudwatch.PutMetricDataInput {
	return &cloudwatch.PutMetricDataInput{Namespace: aws.String("App"), MetricData: data}
}

func dims(pairs ...string) []types.Dimension {
	out := []types.Dimension{}
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, types.Dimension{Name: &pairs[i], Value: &pairs[i+1]})
	}
	return out
}

var stored = &cloudwatch.PutMetricDataOutput{}

func TestPutMetricData(t *testing.T) {
	t.Parallel()
	url := start(t)
	eachDialect(t, url, func(t *testing.T, c *caller) {
		c.run(t, acceptedPuts()...)
		c.run(t, refusedPuts()...)
		c.run(t, refusedValues()...)
		t.Run("nothing of a refused request is kept", func(t *testing.T) {
			_, _ = c.call(t.Context(), &cloudwatch.PutMetricDataInput{Namespace: aws.String("Atomic"), MetricData: []types.MetricDatum{
				datum(nil), datum(func(d *types.MetricDatum) { d.Value = aws.Float64(math.NaN()) }),
			}})
			out := c.must(t, &cloudwatch.ListMetricsInput{Namespace: aws.String("Atomic")}).(*cloudwatch.ListMetricsOutput)
			if len(out.Metrics) != 0 {
				t.Errorf("kept %s", show(out.Metrics))
			}
		})
	})
}

func acceptedPuts() []row {
	now := time.Now()
	at := func(age time.Duration) row {
		return row{in: put(datum(func(d *types.MetricDatum) { d.Timestamp = aws.Time(now.Add(-age)) })), want: stored}
	}
	set := func(d *types.MetricDatum) {
		d.Value = nil
		d.StatisticValues = &types.StatisticSet{SampleCount: aws.Float64(3), Sum: aws.Float64(6), Minimum: aws.Float64(1), Maximum: aws.Float64(3)}
	}
	return named(map[string]row{
		"value":                   {in: put(datum(nil)), want: stored},
		"at the old end":          at(14*24*time.Hour - time.Minute),
		"at the new end":          at(-2*time.Hour + time.Minute),
		"thirty dimensions":       {in: put(datum(func(d *types.MetricDatum) { d.Dimensions = manyDimensions(30) })), want: stored},
		"values without counts":   {in: put(datum(func(d *types.MetricDatum) { d.Value, d.Values = nil, []float64{1, 2, 2} })), want: stored},
		"fractional, zero counts": {in: put(datum(func(d *types.MetricDatum) { d.Value, d.Values, d.Counts = nil, []float64{1, 2}, []float64{.5, 0} })), want: stored},
		"statistic set":           {in: put(datum(set)), want: stored},
		"set and values": {in: put(datum(func(d *types.MetricDatum) {
			set(d)
			d.Values, d.Counts = []float64{1, 2, 3}, []float64{1, 1, 1}
		})), want: stored},
		"2^360":               {in: put(datum(func(d *types.MetricDatum) { d.Value = aws.Float64(math.Pow(2, 360)) })), want: stored},
		"a thousand data":     {in: put(thousand(1000)...), want: stored},
		"resolution of 1 s":   {in: put(datum(func(d *types.MetricDatum) { d.StorageResolution = aws.Int32(1) })), want: stored},
		"names within limits": {in: put(datum(func(d *types.MetricDatum) { d.MetricName, d.Dimensions = long(255), dims(*long(255), *long(1024)) })), want: stored},
	})
}

func refusedPuts() []row {
	change := func(f func(*types.MetricDatum), r *refusal) row { return row{in: put(datum(f)), refused: r} }
	other := func(r *refusal) *refusal { return r.matching(".") }
	ns := func(s string, r *refusal) row {
		return row{in: &cloudwatch.PutMetricDataInput{Namespace: &s, MetricData: []types.MetricDatum{datum(nil)}}, refused: r}
	}
	const bothText = "The parameters MetricData.member.1.Value and MetricData.member.1.%s are mutually exclusive and you have specified both."
	return named(map[string]row{
		"no namespace":        {in: &cloudwatch.PutMetricDataInput{MetricData: []types.MetricDatum{datum(nil)}}, refused: missing("The parameter Namespace is required.")},
		"no data":             {in: put(), refused: missing("At least one MetricDatum object must be present in the request.")},
		"reserved namespace":  ns("AWS/EC2", invalidValue("The value AWS/ for parameter Namespace is invalid.")),
		"colon in front":      ns(":App", constraint("(?i)namespace")),
		"no name":             change(func(d *types.MetricDatum) { d.MetricName = nil }, missing("").matching("MetricName")),
		"name too long":       change(func(d *types.MetricDatum) { d.MetricName = long(256) }, constraint("(?i)metricName")),
		"31 dimensions":       change(func(d *types.MetricDatum) { d.Dimensions = manyDimensions(31) }, constraint("30")),
		"dimension twice":     change(func(d *types.MetricDatum) { d.Dimensions = dims("a", "1", "a", "2") }, other(invalidValue(""))),
		"empty dimension":     change(func(d *types.MetricDatum) { d.Dimensions = dims("a", "") }, constraint("(?i)value").either(missing("").matching("Value"))),
		"blank dimension":     change(func(d *types.MetricDatum) { d.Dimensions = dims("a", " ") }, other(invalidValue(""))),
		"too old":             change(func(d *types.MetricDatum) { d.Timestamp = aws.Time(time.Now().Add(-15 * 24 * time.Hour)) }, invalidValue("").matching("MetricData.member.1.Timestamp")),
		"in the future":       change(func(d *types.MetricDatum) { d.Timestamp = aws.Time(time.Now().Add(3 * time.Hour)) }, invalidValue("").matching("MetricData.member.1.Timestamp")),
		"resolution of 5 s":   change(func(d *types.MetricDatum) { d.StorageResolution = aws.Int32(5) }, invalidValue("").matching(`must be a value in the set \[ 1, 60 \]`)),
		"value and values":    change(func(d *types.MetricDatum) { d.Values = []float64{1} }, invalidCombination(fmt.Sprintf(bothText, "Values"))),
		"value and set":       change(func(d *types.MetricDatum) { d.StatisticValues = statistics(1, 1, 1, 1) }, invalidCombination(fmt.Sprintf(bothText, "StatisticValues"))),
		"counts alone":        change(func(d *types.MetricDatum) { d.Value, d.Counts = nil, []float64{1} }, other(invalidCombination(""))),
		"sizes differ":        change(func(d *types.MetricDatum) { d.Value, d.Values, d.Counts = nil, []float64{1, 2}, []float64{1} }, invalidValue("The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.")),
		"151 values":          change(func(d *types.MetricDatum) { d.Value, d.Values = nil, make([]float64, 151) }, other(invalidValue(""))),
		"no value":            change(func(d *types.MetricDatum) { d.Value = nil }, other(invalidCombination(""))),
		"1001 data":           {in: put(thousand(1001)...), refused: constraint("1000")},
		"second datum is bad": {in: put(datum(nil), datum(func(d *types.MetricDatum) { d.Values = []float64{1} })), refused: invalidCombination("The parameters MetricData.member.2.Value and MetricData.member.2.Values are mutually exclusive and you have specified both.")},
		"entity without strictness": {in: &cloudwatch.PutMetricDataInput{Namespace: aws.String("App"), EntityMetricData: []types.EntityMetricData{{
			Entity: &types.Entity{KeyAttributes: map[string]string{"Type": "Service", "Name": "a", "Environment": "e"}}, MetricData: []types.MetricDatum{datum(nil)},
		}}}, refused: missing("").matching("StrictEntityValidation")},
	})
}

// refusedValues are the numbers that no datum may have, in every place of one.
func refusedValues() []row {
	var rows []row
	for word, v := range map[string]float64{"NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1)} {
		rows = append(rows,
			row{
				name: "value " + word, in: put(datum(func(d *types.MetricDatum) { d.Value = &v })),
				refused: invalidValue("The value " + word + " for parameter MetricData.member.1.Value is invalid."),
			},
			row{
				name: "values " + word, in: put(datum(func(d *types.MetricDatum) { d.Value, d.Values = nil, []float64{1, v} })),
				refused: invalidValue("The value " + word + " for parameter MetricData.member.1.Values.member.2 is invalid."),
			},
			row{
				name: "sum " + word, in: put(datum(func(d *types.MetricDatum) { d.Value, d.StatisticValues = nil, statistics(1, v, 1, 1) })),
				refused: invalidValue("").matching("The value " + word + " for parameter MetricData.member.1.StatisticValues.Sum"),
			},
		)
	}
	change := func(name string, f func(*types.MetricDatum)) row {
		return row{name: name, in: put(datum(f)), refused: invalidValue("").matching("MetricData.member.1")}
	}
	return append(rows,
		change("beyond 2^360", func(d *types.MetricDatum) { d.Value = aws.Float64(math.Pow(2, 361)) }),
		change("negative count", func(d *types.MetricDatum) { d.Value, d.Values, d.Counts = nil, []float64{1}, []float64{-1} }),
		change("no samples", func(d *types.MetricDatum) { d.Value, d.StatisticValues = nil, statistics(0, 1, 1, 1) }),
		change("maximum below minimum", func(d *types.MetricDatum) { d.Value, d.StatisticValues = nil, statistics(1, 1, 2, 1) }),
		row{name: "unknown unit", in: put(datum(func(d *types.MetricDatum) { d.Unit = "seconds" })), refused: constraint("(?i)unit")},
		row{name: "set without sum", in: put(datum(func(d *types.MetricDatum) {
			d.Value, d.StatisticValues = nil, statistics(1, 1, 1, 1)
			d.StatisticValues.Sum = nil
		})), refused: missing("").matching("StatisticValues.Sum")},
	)
}

func statistics(count, sum, low, high float64) *types.StatisticSet {
	return &types.StatisticSet{SampleCount: &count, Sum: &sum, Minimum: &low, Maximum: &high}
}

func manyDimensions(n int) []types.Dimension {
	out := make([]types.Dimension, n)
	for i := range out {
		out[i] = types.Dimension{Name: aws.String(fmt.Sprintf("d%02d", i)), Value: aws.String("v")}
	}
	return out
}

func thousand(n int) []types.MetricDatum {
	out := make([]types.MetricDatum, n)
	for i := range out {
		out[i] = datum(func(d *types.MetricDatum) { d.MetricName = aws.String(fmt.Sprintf("bulk-%d", i%7)) })
	}
	return out
}

func long(n int) *string { return aws.String(strings.Repeat("x", n)) }
