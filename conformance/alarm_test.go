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
	gocmp "github.com/google/go-cmp/cmp"
)

// minimal is an alarm with only what an alarm must have.
func minimal(name string, change func(*cloudwatch.PutMetricAlarmInput)) *cloudwatch.PutMetricAlarmInput {
	in := &cloudwatch.PutMetricAlarmInput{
		AlarmName: &name, Namespace: aws.String("App"), MetricName: aws.String("m"), Statistic: types.StatisticAverage,
		Period: aws.Int32(60), EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(21),
		ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
	}
	if change != nil {
		change(in)
	}
	return in
}

// whole is an alarm with everything that one on a single metric can have.
func whole(name, region string) *cloudwatch.PutMetricAlarmInput {
	topic := func(n string) []string { return []string{"arn:aws:sns:" + region + ":" + account + ":" + n} }
	return minimal(name, func(in *cloudwatch.PutMetricAlarmInput) {
		in.AlarmDescription, in.ActionsEnabled = aws.String("über <all> & \"more\""), aws.Bool(false)
		in.OKActions, in.AlarmActions, in.InsufficientDataActions = topic("ok"), topic("alarm"), topic("none")
		in.Statistic, in.ExtendedStatistic = "", aws.String("p99.9")
		in.Dimensions, in.Unit = dims("Host", "a", "App", "x"), types.StandardUnitMilliseconds
		in.EvaluationPeriods, in.DatapointsToAlarm = aws.Int32(5), aws.Int32(3)
		in.TreatMissingData, in.EvaluateLowSampleCountPercentile = aws.String("ignore"), aws.String("ignore")
		in.Threshold = aws.Float64(0.1)
	})
}

func alarmARN(region, name string) string {
	return "arn:aws:cloudwatch:" + region + ":" + account + ":alarm:" + name
}

// shown is how DescribeAlarms shows a new alarm, apart from the times.
func shown(region string, in *cloudwatch.PutMetricAlarmInput) types.MetricAlarm {
	list := func(l []string) []string { return append([]string{}, l...) }
	a := types.MetricAlarm{
		AlarmName: in.AlarmName, AlarmArn: aws.String(alarmARN(region, *in.AlarmName)), AlarmDescription: in.AlarmDescription,
		ActionsEnabled: aws.Bool(in.ActionsEnabled == nil || *in.ActionsEnabled),
		OKActions:      list(in.OKActions), AlarmActions: list(in.AlarmActions), InsufficientDataActions: list(in.InsufficientDataActions),
		StateValue: types.StateValueInsufficientData, StateReason: aws.String("Unchecked: Initial alarm creation"),
		Namespace: in.Namespace, MetricName: in.MetricName, Statistic: in.Statistic, ExtendedStatistic: in.ExtendedStatistic,
		Dimensions: append([]types.Dimension{}, in.Dimensions...), Period: in.Period, Unit: in.Unit,
		EvaluationPeriods: in.EvaluationPeriods, DatapointsToAlarm: in.DatapointsToAlarm, Threshold: in.Threshold,
		ComparisonOperator: in.ComparisonOperator, TreatMissingData: in.TreatMissingData,
		EvaluateLowSampleCountPercentile: in.EvaluateLowSampleCountPercentile,
	}
	return a
}

// withoutTimes takes the times off alarms and holds that they are there.
func withoutTimes(t *testing.T, alarms []types.MetricAlarm) []types.MetricAlarm {
	t.Helper()
	out := make([]types.MetricAlarm, len(alarms))
	for i, a := range alarms {
		for _, at := range []**time.Time{&a.AlarmConfigurationUpdatedTimestamp, &a.StateUpdatedTimestamp, &a.StateTransitionedTimestamp} {
			if *at == nil || time.Since(**at).Abs() > time.Minute {
				t.Errorf("alarm %s: time %v", *a.AlarmName, *at)
			}
			*at = nil
		}
		out[i] = a
	}
	return out
}

func describe(t *testing.T, c *caller, in *cloudwatch.DescribeAlarmsInput) *cloudwatch.DescribeAlarmsOutput {
	t.Helper()
	return c.must(t, in).(*cloudwatch.DescribeAlarmsOutput)
}

// TestPutMetricAlarm holds that every member comes back as it was sent and that
// an absent one stays absent.
func TestPutMetricAlarm(t *testing.T) {
	t.Parallel()
	server := start(t)
	eachDialect(t, server, func(t *testing.T, c *caller) {
		c.run(t, alarmRefusals()...)
		if out := describe(t, c, &cloudwatch.DescribeAlarmsInput{}); len(out.MetricAlarms) != 0 {
			t.Fatalf("refused alarms are kept: %s", show(out.MetricAlarms))
		}
		// Nobody sends data and that is ignored: the state stays as it is.
		small, large := minimal("a minimal one", nil), whole("b: whole/one", c.region)
		c.run(t, row{name: "minimal", in: small, want: &cloudwatch.PutMetricAlarmOutput{}}, row{name: "whole", in: large, want: &cloudwatch.PutMetricAlarmOutput{}})
		first := describe(t, c, &cloudwatch.DescribeAlarmsInput{})
		want := []types.MetricAlarm{shown(c.region, small), shown(c.region, large)}
		if diff := gocmp.Diff(want, withoutTimes(t, first.MetricAlarms), sdkStructs, anyDimensionOrder); diff != "" {
			t.Errorf("alarms (-want +got):\n%s", diff)
		}
		t.Run("the same again changes nothing", func(t *testing.T) {
			c.must(t, large)
			again := describe(t, c, &cloudwatch.DescribeAlarmsInput{})
			if diff := gocmp.Diff(first, again, sdkStructs); diff != "" {
				t.Errorf("alarms (-first +again):\n%s", diff)
			}
		})
		t.Run("another definition replaces all of it", func(t *testing.T) {
			other := minimal(*large.AlarmName, func(in *cloudwatch.PutMetricAlarmInput) { in.Threshold = aws.Float64(22) })
			c.must(t, other)
			got := describe(t, c, &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{*large.AlarmName}})
			if diff := gocmp.Diff([]types.MetricAlarm{shown(c.region, other)}, withoutTimes(t, got.MetricAlarms), sdkStructs); diff != "" {
				t.Errorf("alarms (-want +got):\n%s", diff)
			}
		})
	})
}

// anyDimensionOrder compares dimensions as a set: AWS promises no order.
var anyDimensionOrder = gocmp.Transformer("set", func(in []types.Dimension) map[string]string {
	out := map[string]string{}
	for _, d := range in {
		out[*d.Name] = *d.Value
	}
	return out
})

func alarmRefusals() []row {
	refuse := func(change func(*cloudwatch.PutMetricAlarmInput), r *refusal) row {
		return row{in: minimal("refused", change), refused: r}
	}
	arns := func(n int) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = fmt.Sprintf("arn:aws:sns:us-east-1:%s:t%d", account, i)
		}
		return out
	}
	type in = *cloudwatch.PutMetricAlarmInput
	return named(map[string]row{
		"control character": refuse(func(p in) { p.AlarmName = aws.String("a\x07b") }, validation("AlarmName must not contain ASCII Control characters")),
		"name too long": refuse(func(p in) { p.AlarmName = long(256) },
			validation("1 validation error detected: Value '"+strings.Repeat("x", 256)+"' at 'alarmName' failed to satisfy constraint: Member must have length less than or equal to 255")),
		"no name":                 refuse(func(p in) { p.AlarmName = nil }, missing("The parameter AlarmName is required.").either(constraint("alarmName"))),
		"description too long":    refuse(func(p in) { p.AlarmDescription = long(1025) }, validation("").matching("'alarmDescription' failed to satisfy constraint: Member must have length less than or equal to 1024$")),
		"unknown operator":        refuse(func(p in) { p.ComparisonOperator = "Above" }, validation("").matching("'comparisonOperator' failed to satisfy constraint: Member must satisfy enum value set: \\[")),
		"unknown statistic":       refuse(func(p in) { p.Statistic = "Median" }, validation("1 validation error detected: Value 'Median' at 'statistic' failed to satisfy constraint: Member must satisfy enum value set: [Maximum, SampleCount, Sum, Minimum, Average]")),
		"unknown unit":            refuse(func(p in) { p.Unit = "seconds" }, validation("").matching("'unit' failed to satisfy constraint: Member must satisfy enum value set: \\[")),
		"six actions":             refuse(func(p in) { p.AlarmActions = arns(6) }, validation("").matching("'alarmActions' failed to satisfy constraint: Member must have length less than or equal to 5$")),
		"action that is no ARN":   refuse(func(p in) { p.AlarmActions = []string{"topic"} }, validation("").matching("^Invalid arn syntax: ")),
		"both statistics":         refuse(func(p in) { p.ExtendedStatistic = aws.String("p99") }, validation("").matching("^PutMetricAlarm request can not be made with both Statistic and ExtendedStatistic parameters")),
		"bad extended statistic":  refuse(func(p in) { p.Statistic, p.ExtendedStatistic = "", aws.String("p101") }, invalidValue("The value p101 for parameter ExtendedStatistic is not supported.")),
		"period of 15":            refuse(func(p in) { p.Period = aws.Int32(15) }, validation("Period must be 10, 20, 30 or a multiple of 60")),
		"no evaluation periods":   refuse(func(p in) { p.EvaluationPeriods = nil }, missing("The parameter EvaluationPeriods is required.").either(constraint("evaluationPeriods"))),
		"zero evaluation periods": refuse(func(p in) { p.EvaluationPeriods = aws.Int32(0) }, validation("").matching("'evaluationPeriods' failed to satisfy constraint: Member must have value greater than or equal to 1$")),
		"more to alarm than evaluated": refuse(func(p in) { p.DatapointsToAlarm = aws.Int32(2) },
			validation("DatapointsToAlarm must be less than or equal to EvaluationPeriods")),
		"more than a day": refuse(func(p in) { p.EvaluationPeriods = aws.Int32(1441) },
			validation("Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400) for alarms using period < 3600")),
		"more than a week": refuse(func(p in) { p.Period, p.EvaluationPeriods = aws.Int32(86400), aws.Int32(8) },
			validation("Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= 604800) for alarms using period >= 3600")),
		"no threshold":         refuse(func(p in) { p.Threshold = nil }, missing("").matching("Threshold").either(constraint("Threshold"))),
		"threshold not finite": refuse(func(p in) { p.Threshold = aws.Float64(math.Inf(1)) }, constraint("(?i)threshold")),
		"treatment of nobody":  refuse(func(p in) { p.TreatMissingData = aws.String("hope") }, validation("The value hope is not supported for TreatMissingData parameter. Supported values are [breaching, notBreaching, ignore, missing].")),
		"low samples, no p":    refuse(func(p in) { p.EvaluateLowSampleCountPercentile = aws.String("ignore") }, validation("Option evaluateLowSampleCountPercentile can not be applied with statistic Average. This option is enabled only for percentile statistics.")),
		"tag of aws":           refuse(func(p in) { p.Tags = []types.Tag{{Key: aws.String("aws:x"), Value: aws.String("")}} }, &refusal{code: "AccessDenied", shape: coral + "AccessDeniedException", status: 403, like: "."}),
		"a metric and Metrics": refuse(func(p in) { p.Metrics = []types.MetricDataQuery{seriesQuery("a", "m", "Sum", 60, nil)} }, validation("MetricName should not be set if list of Metrics is set")),
		"criteria": refuse(func(p in) {
			p.EvaluationCriteria = &types.EvaluationCriteriaMemberPromQLCriteria{Value: types.AlarmPromQLCriteria{Query: aws.String("up")}}
		}, validation("Namespace should not be set if EvaluationCriteria is set")),
	})
}

func TestDescribeAlarms(t *testing.T) {
	t.Parallel()
	server := start(t)
	eachDialect(t, server, func(t *testing.T, c *caller) {
		none := &cloudwatch.DescribeAlarmsOutput{
			MetricAlarms: []types.MetricAlarm{}, CompositeAlarms: []types.CompositeAlarm{}, LogAlarms: []types.LogAlarm{},
		}
		c.run(t, row{name: "none", in: &cloudwatch.DescribeAlarmsInput{}, want: none})
		topic := "arn:aws:sns:" + c.region + ":" + account + ":ops"
		for i := range 53 {
			c.must(t, minimal(fmt.Sprintf("alarm-%02d", i), func(in *cloudwatch.PutMetricAlarmInput) {
				if i < 2 {
					in.AlarmActions, in.ActionsEnabled = []string{topic}, aws.Bool(false)
				}
			}))
		}
		c.must(t, &cloudwatch.SetAlarmStateInput{AlarmName: aws.String("alarm-07"), StateValue: types.StateValueOk, StateReason: aws.String("by hand")})
		names := func(want ...string) func(*testing.T, any) {
			return func(t *testing.T, out any) {
				got := []string{}
				for _, a := range out.(*cloudwatch.DescribeAlarmsOutput).MetricAlarms {
					got = append(got, *a.AlarmName)
				}
				if diff := gocmp.Diff(append([]string{}, want...), got); diff != "" {
					t.Errorf("names (-want +got):\n%s", diff)
				}
			}
		}
		type in = cloudwatch.DescribeAlarmsInput
		c.run(t, named(map[string]row{
			"by name":            {in: &in{AlarmNames: []string{"alarm-09", "nobody", "alarm-03"}}, check: names("alarm-03", "alarm-09")},
			"by prefix":          {in: &in{AlarmNamePrefix: aws.String("alarm-1"), MaxRecords: aws.Int32(3)}, check: names("alarm-10", "alarm-11", "alarm-12")},
			"by state":           {in: &in{StateValue: types.StateValueOk}, check: names("alarm-07")},
			"by action":          {in: &in{ActionPrefix: aws.String("arn:aws:sns")}, check: names("alarm-00", "alarm-01")},
			"by action, whole":   {in: &in{ActionPrefix: &topic}, check: names("alarm-00", "alarm-01")},
			"metric alarms":      {in: &in{AlarmTypes: []types.AlarmType{types.AlarmTypeMetricAlarm}, AlarmNames: []string{"alarm-00"}}, check: names("alarm-00")},
			"composite alarms":   {in: &in{AlarmTypes: []types.AlarmType{types.AlarmTypeCompositeAlarm}}, want: none},
			"children of one":    {in: &in{ChildrenOfAlarmName: aws.String("alarm-00")}, check: names()},
			"names and prefix":   {in: &in{AlarmNames: []string{"a"}, AlarmNamePrefix: aws.String("a")}, refused: constraint(".").either(invalidCombination("").matching("."))},
			"children and state": {in: &in{ChildrenOfAlarmName: aws.String("alarm-00"), StateValue: types.StateValueOk}, refused: validation("").matching(".")},
			"101 records":        {in: &in{MaxRecords: aws.Int32(101)}, refused: validation("1 validation error detected: Value '101' at 'maxRecords' failed to satisfy constraint: Member must have value less than or equal to 100")},
			"unknown state":      {in: &in{StateValue: "BAD"}, refused: validation("1 validation error detected: Value 'BAD' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]")},
			"token of nobody":    {in: &in{NextToken: aws.String("nonsense")}, refused: modelled("InvalidNextToken", 400, "").matching(".")},
		})...)
		t.Run("pages", func(t *testing.T) {
			first := describe(t, c, &cloudwatch.DescribeAlarmsInput{})
			if len(first.MetricAlarms) != 50 || first.NextToken == nil {
				t.Fatalf("%d alarms on the first page, want 50 and a token", len(first.MetricAlarms))
			}
			last := describe(t, c, &cloudwatch.DescribeAlarmsInput{NextToken: first.NextToken})
			names("alarm-50", "alarm-51", "alarm-52")(t, last)
			if last.NextToken != nil {
				t.Error("token after the last page")
			}
		})
	})
}

func TestDescribeAlarmsForMetric(t *testing.T) {
	t.Parallel()
	server := start(t)
	eachDialect(t, server, func(t *testing.T, c *caller) {
		plain, host := minimal("plain", nil), minimal("host", func(in *cloudwatch.PutMetricAlarmInput) { in.Dimensions = dims("Host", "a") })
		c.must(t, plain)
		c.must(t, host)
		alarms := func(want ...*cloudwatch.PutMetricAlarmInput) func(*testing.T, any) {
			return func(t *testing.T, out any) {
				expect := []types.MetricAlarm{}
				for _, in := range want {
					expect = append(expect, shown(c.region, in))
				}
				got := withoutTimes(t, out.(*cloudwatch.DescribeAlarmsForMetricOutput).MetricAlarms)
				if diff := gocmp.Diff(expect, got, sdkStructs); diff != "" {
					t.Errorf("alarms (-want +got):\n%s", diff)
				}
			}
		}
		type in = cloudwatch.DescribeAlarmsForMetricInput
		ask := func(change func(*in)) *in {
			i := &in{Namespace: aws.String("App"), MetricName: aws.String("m")}
			change(i)
			return i
		}
		c.run(t, named(map[string]row{
			"no dimensions":      {in: ask(func(*in) {}), check: alarms(plain)},
			"exact dimensions":   {in: ask(func(i *in) { i.Dimensions = dims("Host", "a") }), check: alarms(host)},
			"another period":     {in: ask(func(i *in) { i.Period = aws.Int32(300) }), check: alarms()},
			"statistic":          {in: ask(func(i *in) { i.Statistic = types.StatisticAverage }), check: alarms(plain)},
			"another statistic":  {in: ask(func(i *in) { i.Statistic = types.StatisticSum }), check: alarms()},
			"extended statistic": {in: ask(func(i *in) { i.ExtendedStatistic = aws.String("p99") }), check: alarms()},
			"unit":               {in: ask(func(i *in) { i.Unit = types.StandardUnitBytes }), check: alarms()},
			"another metric":     {in: ask(func(i *in) { i.MetricName = aws.String("n") }), check: alarms()},
			"no metric":          {in: ask(func(i *in) { i.MetricName = nil }), refused: missing("The parameter MetricName is required.").either(constraint("metricName"))},
		})...)
	})
}

func TestDeleteAlarms(t *testing.T) {
	t.Parallel()
	server := start(t)
	eachDialect(t, server, func(t *testing.T, c *caller) {
		for _, name := range []string{"a", "b", "c"} {
			c.must(t, minimal(name, nil))
		}
		many := make([]string, 101)
		for i := range many {
			many[i] = fmt.Sprint(i)
		}
		c.run(t,
			row{name: "two", in: &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"a", "c"}}, want: &cloudwatch.DeleteAlarmsOutput{}},
			row{name: "101", in: &cloudwatch.DeleteAlarmsInput{AlarmNames: many}, refused: validation("").matching("'alarmNames' failed to satisfy constraint: Member must have length less than or equal to 100$")},
		)
		if left := describe(t, c, &cloudwatch.DescribeAlarmsInput{}).MetricAlarms; len(left) != 1 || *left[0].AlarmName != "b" {
			t.Errorf("left are %s", show(left))
		}
	})
}

func TestAlarmActionsEnabled(t *testing.T) {
	t.Parallel()
	server := start(t)
	eachDialect(t, server, func(t *testing.T, c *caller) {
		c.must(t, minimal("a", nil))
		enabled := func(want bool) {
			t.Helper()
			if a := describe(t, c, &cloudwatch.DescribeAlarmsInput{}).MetricAlarms[0]; *a.ActionsEnabled != want {
				t.Errorf("actions enabled: %v, want %v", *a.ActionsEnabled, want)
			}
		}
		enabled(true)
		c.must(t, &cloudwatch.DisableAlarmActionsInput{AlarmNames: []string{"a", "nobody"}})
		enabled(false)
		c.must(t, &cloudwatch.EnableAlarmActionsInput{AlarmNames: []string{"a"}})
		enabled(true)
	})
}

func TestSetAlarmState(t *testing.T) {
	t.Parallel()
	server := start(t)
	eachDialect(t, server, func(t *testing.T, c *caller) {
		c.must(t, minimal("a", func(in *cloudwatch.PutMetricAlarmInput) { in.TreatMissingData = aws.String("ignore") }))
		type in = cloudwatch.SetAlarmStateInput
		set := func(change func(*in)) *in {
			i := &in{AlarmName: aws.String("a"), StateValue: types.StateValueAlarm, StateReason: aws.String("by hand")}
			change(i)
			return i
		}
		c.run(t,
			row{name: "unknown alarm", in: set(func(i *in) { i.AlarmName = aws.String("nobody") }), refused: modelled("ResourceNotFound", 404, "")},
			row{
				name: "unknown state", in: set(func(i *in) { i.StateValue = "INVALID" }),
				refused: validation("1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]"),
			},
			row{name: "reason too long", in: set(func(i *in) { i.StateReason = long(1024) }), refused: validation("").matching("'stateReason' failed to satisfy constraint: Member must have length less than or equal to 1023$")},
			row{
				name: "data that is no JSON", in: set(func(i *in) { i.StateReasonData = aws.String("{") }),
				refused: (&refusal{code: "InvalidFormat", shape: "com.amazonaws.cloudwatch.v2010_08_01#InvalidFormatFault", status: 400}).either(&refusal{code: "InvalidFormat", shape: "com.amazonaws.cloudwatch.v2010_08_01#InvalidFormatFault", status: 400, like: "."}),
			},
			row{name: "set", in: set(func(i *in) { i.StateReasonData = aws.String(`{"by":"hand"}`) }), want: &cloudwatch.SetAlarmStateOutput{}},
			row{name: "the same is nothing", in: set(func(i *in) { i.StateReason = aws.String("again") }), want: &cloudwatch.SetAlarmStateOutput{}},
		)
		a := describe(t, c, &cloudwatch.DescribeAlarmsInput{}).MetricAlarms[0]
		if a.StateValue != types.StateValueAlarm || *a.StateReason != "by hand" || a.StateReasonData == nil || *a.StateReasonData != `{"by":"hand"}` {
			t.Errorf("state %s", show(a))
		}
	})
}

func TestAlarmTags(t *testing.T) {
	t.Parallel()
	server := start(t)
	eachDialect(t, server, func(t *testing.T, c *caller) {
		arn := alarmARN(c.region, "a")
		tag := func(k, v string) types.Tag { return types.Tag{Key: &k, Value: &v} }
		list := func(want ...types.Tag) row {
			return row{name: "list", in: &cloudwatch.ListTagsForResourceInput{ResourceARN: &arn}, want: &cloudwatch.ListTagsForResourceOutput{Tags: append([]types.Tag{}, want...)}}
		}
		notFound := modelled("ResourceNotFoundException", 404, "").either(modelled("ResourceNotFoundException", 404, "").matching("."))
		c.run(t, row{name: "unknown alarm", in: &cloudwatch.TagResourceInput{ResourceARN: &arn, Tags: []types.Tag{tag("k", "v")}}, refused: notFound})
		c.must(t, minimal("a", func(in *cloudwatch.PutMetricAlarmInput) { in.Tags = []types.Tag{tag("env", "dev")} }))
		c.run(t, list(tag("env", "dev")),
			row{name: "tag", in: &cloudwatch.TagResourceInput{ResourceARN: &arn, Tags: []types.Tag{tag("env", "prod"), tag("team", "")}}, want: &cloudwatch.TagResourceOutput{}},
			list(tag("env", "prod"), tag("team", "")),
			row{name: "put again", in: minimal("a", func(in *cloudwatch.PutMetricAlarmInput) {
				in.Threshold, in.Tags = aws.Float64(1), []types.Tag{tag("late", "1")}
			}), want: &cloudwatch.PutMetricAlarmOutput{}},
			list(tag("env", "prod"), tag("team", "")),
			row{name: "untag", in: &cloudwatch.UntagResourceInput{ResourceARN: &arn, TagKeys: []string{"env", "nobody"}}, want: &cloudwatch.UntagResourceOutput{}},
			list(tag("team", "")),
			row{name: "delete", in: &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"a"}}, want: &cloudwatch.DeleteAlarmsOutput{}},
			list(),
			row{name: "untag deleted", in: &cloudwatch.UntagResourceInput{ResourceARN: &arn, TagKeys: []string{"env"}}, refused: notFound},
		)
	})
}
