package constraint_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	sdkschemas "github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventbridgeschemas "github.com/aws/aws-sdk-go-v2/service/eventbridge/schemas"
	events "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"

	"skywatch/api/wire/constraint"
	"skywatch/api/wire/schemas/cloudwatch"
	eventbridgemodel "skywatch/api/wire/schemas/eventbridge"
)

var day = time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)

func TestMessage(t *testing.T) {
	t.Parallel()
	datum := func(d types.MetricDatum) *sdk.PutMetricDataInput {
		return &sdk.PutMetricDataInput{
			Namespace:  aws.String("App"),
			MetricData: []types.MetricDatum{{MetricName: aws.String("ok")}, d},
		}
	}
	tests := []struct {
		name   string
		schema *smithy.Schema
		in     any
		want   string
	}{
		{
			"valid", sdkschemas.PutMetricDataInput, datum(types.MetricDatum{MetricName: aws.String("m")}), "",
		},
		{
			// The text recorded from the service, specification 1.7.
			"enum", sdkschemas.SetAlarmStateInput,
			&sdk.SetAlarmStateInput{AlarmName: aws.String("a"), StateValue: "INVALID", StateReason: aws.String("")},
			"1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]",
		},
		{
			"several", sdkschemas.SetAlarmStateInput,
			&sdk.SetAlarmStateInput{AlarmName: aws.String(""), StateValue: "OK"},
			"2 validation errors detected: Value '' at 'alarmName' failed to satisfy constraint: Member must have length greater than or equal to 1; " +
				"Value null at 'stateReason' failed to satisfy constraint: Member must not be null",
		},
		{
			"within a list", sdkschemas.PutMetricDataInput,
			datum(types.MetricDatum{Dimensions: []types.Dimension{{Name: aws.String("n")}}}),
			"2 validation errors detected: Value null at 'metricData.2.member.metricName' failed to satisfy constraint: Member must not be null; " +
				"Value null at 'metricData.2.member.dimensions.1.member.value' failed to satisfy constraint: Member must not be null",
		},
		{
			"number", sdkschemas.PutMetricDataInput,
			datum(types.MetricDatum{MetricName: aws.String("m"), StorageResolution: aws.Int32(0)}),
			"1 validation error detected: Value '0' at 'metricData.2.member.storageResolution' failed to satisfy constraint: Member must have value greater than or equal to 1",
		},
		{
			"pattern", sdkschemas.ListMetricsInput, &sdk.ListMetricsInput{Namespace: aws.String(":x")},
			"1 validation error detected: Value ':x' at 'namespace' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:].*",
		},
		{
			"length counts characters", sdkschemas.ListMetricsInput,
			&sdk.ListMetricsInput{Namespace: aws.String(strings.Repeat("ü", 255))}, "",
		},
		{
			"elements", sdkschemas.DescribeAlarmsInput, &sdk.DescribeAlarmsInput{AlarmTypes: []types.AlarmType{"MetricAlarm", "x"}},
			"1 validation error detected: Value 'x' at 'alarmTypes.2.member' failed to satisfy constraint: Member must satisfy enum value set: [CompositeAlarm, MetricAlarm, LogAlarm]",
		},
		{
			"length of a list", sdkschemas.GetMetricStatisticsInput,
			&sdk.GetMetricStatisticsInput{
				Namespace: aws.String("n"), MetricName: aws.String("m"), Period: aws.Int32(60),
				StartTime: aws.Time(day), EndTime: aws.Time(day), Statistics: []types.Statistic{},
			},
			"1 validation error detected: Value '[]' at 'statistics' failed to satisfy constraint: Member must have length greater than or equal to 1",
		},
		{
			"union", sdkschemas.PutMetricAlarmInput,
			&sdk.PutMetricAlarmInput{
				AlarmName: aws.String("a"),
				EvaluationCriteria: &types.EvaluationCriteriaMemberPromQLCriteria{
					Value: types.AlarmPromQLCriteria{Query: aws.String("up"), PendingPeriod: aws.Int32(-1)},
				},
			},
			"1 validation error detected: Value '-1' at 'evaluationCriteria.promQLCriteria.pendingPeriod' failed to satisfy constraint: Member must have value greater than or equal to 0",
		},
		{
			"keys of a map", sdkschemas.PutMetricDataInput,
			&sdk.PutMetricDataInput{Namespace: aws.String("n"), EntityMetricData: []types.EntityMetricData{{
				Entity: &types.Entity{KeyAttributes: map[string]string{"": "x", "Type": "Service"}},
			}}},
			"1 validation error detected: Value '' at 'entityMetricData.1.member.entity.keyAttributes..key' failed to satisfy constraint: Member must have length greater than or equal to 1",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := constraint.Message(constraint.Check(cloudwatch.Constraints, tt.schema, tt.in)); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A value that is far too long does not come back whole.
func TestMessageBoundsValues(t *testing.T) {
	t.Parallel()
	in := &sdk.ListMetricsInput{MetricName: aws.String(strings.Repeat("m", 1<<20))}
	if got := constraint.Message(constraint.Check(cloudwatch.Constraints, sdkschemas.ListMetricsInput, in)); len(got) > 4096 {
		t.Errorf("message of %d bytes", len(got))
	}
}

// The models' patterns are Java's: every one must compile as Go's.
func TestPatternsCompile(t *testing.T) {
	t.Parallel()
	var walk func(r *constraint.Rule)
	walk = func(r *constraint.Rule) {
		if r == nil {
			return
		}
		if _, err := regexp.Compile(r.Pattern); err != nil {
			t.Errorf("pattern %s: %v", r.Pattern, err)
		}
		walk(r.Elem)
		walk(r.Key)
		walk(r.Value)
	}
	for _, members := range cloudwatch.Constraints {
		for _, m := range members {
			walk(m.Rule)
		}
	}
}

// An empty string that is not required counts as absent; one that is required
// is too short.
func TestEmptyText(t *testing.T) {
	t.Parallel()
	table, schema := cloudwatch.Constraints, sdkschemas.DescribeAlarmsInput
	if got := constraint.Check(table, schema, &sdk.DescribeAlarmsInput{ActionPrefix: aws.String(""), AlarmNamePrefix: aws.String("")}); len(got) != 0 {
		t.Errorf("optional: %v", got)
	}
	if got := constraint.Check(table, sdkschemas.DescribeAlarmContributorsInput, &sdk.DescribeAlarmContributorsInput{AlarmName: aws.String("")}); len(got) != 1 {
		t.Errorf("required: %v", got)
	}
}

// Secrets are not repeated, nor what holds some.
func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	const canary = "canary\x01"
	header := events.ConnectionHeaderParameter{Key: aws.String("k"), Value: aws.String(canary), IsValueSecret: true}
	in := &eventbridge.CreateConnectionInput{
		Name: aws.String("c"), AuthorizationType: events.ConnectionAuthorizationTypeBasic,
		AuthParameters: &events.CreateConnectionAuthRequestParameters{
			BasicAuthParameters:      &events.CreateConnectionBasicAuthRequestParameters{Username: aws.String("u"), Password: aws.String(canary)},
			InvocationHttpParameters: &events.ConnectionHttpParameters{HeaderParameters: slices.Repeat([]events.ConnectionHeaderParameter{header}, 101)},
		},
	}
	got := constraint.Message(constraint.Check(eventbridgemodel.Constraints, eventbridgeschemas.CreateConnectionRequest, in))
	for _, want := range []string{
		"Value at 'authParameters.basicAuthParameters.password' failed to satisfy constraint: Member must satisfy regular expression pattern: ",
		"Value at 'authParameters.invocationHttpParameters.headerParameters' failed to satisfy constraint: Member must have length less than or equal to 100",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "canary") {
		t.Errorf("a secret is shown:\n%s", got)
	}
}
