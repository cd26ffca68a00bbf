package wire

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchschemas "github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/cockroachdb/datadriven"
	"github.com/fxamacker/cbor/v2"
)

// The bytes of answers and errors, for each dialect.
func TestAnswers(t *testing.T) {
	t.Parallel()
	datadriven.RunTest(t, "testdata/answers", func(t *testing.T, d *datadriven.TestData) string {
		var service, op, value string
		d.ScanArgs(t, "service", &service)
		p := protocolNamed(t, d)
		ops := testOperations(t, service)
		switch d.Cmd {
		case "answer":
			d.ScanArgs(t, "op", &op)
			d.MaybeScanArgs(t, "value", &value)
			o, ok := ops[op]
			if !ok {
				t.Fatalf("no operation %q", op)
			}
			d.MaybeScanArgs(t, "status", &o.Operation.Status)
			out, ok := outputs()[value]
			if value != "" && !ok {
				t.Fatalf("no output %q", value)
			}
			res, err := p.Encode(&o.Operation, "REQUEST-ID", out)
			if err != nil {
				return err.Error()
			}
			return show(t, res)
		case "error":
			d.ScanArgs(t, "value", &value)
			e, ok := failures()[value]
			if !ok {
				t.Fatalf("no error %q", value)
			}
			for _, o := range ops {
				return show(t, p.EncodeError(o.Service, "REQUEST-ID", e))
			}
		}
		return "unknown command " + d.Cmd
	})
}

func protocolNamed(t *testing.T, d *datadriven.TestData) Protocol {
	var name string
	d.ScanArgs(t, "protocol", &name)
	for p := Query; p <= RESTJSON; p++ {
		if p.String() == name {
			return p
		}
	}
	t.Fatalf("no protocol %q", name)
	return 0
}

// show writes a response as text; CBOR in its diagnostic notation.
func show(t *testing.T, res Response) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d\n", res.Status)
	for _, h := range slices.Sorted(maps.Keys(res.Header)) {
		fmt.Fprintf(&b, "%s: %s\n", h, res.Header.Get(h))
	}
	body := string(res.Body)
	if res.Header.Get("Content-Type") == "application/cbor" && body != "" {
		var err error
		if body, err = cbor.Diagnose(res.Body); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Fprintf(&b, "%s\n", strings.ReplaceAll(body, "><", ">\n<"))
	return b.String()
}

func outputs() map[string]any {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return map[string]any{
		"statistics": &cloudwatch.GetMetricStatisticsOutput{
			Label: aws.String("Latency"),
			Datapoints: []types.Datapoint{{
				Timestamp: &at, Unit: types.StandardUnitSeconds,
				SampleCount: aws.Float64(2), Average: aws.Float64(41), Sum: aws.Float64(1.5e10),
				Minimum: aws.Float64(-0.0001), Maximum: aws.Float64(0),
				ExtendedStatistics: map[string]float64{"p99": 1.5, "p50": 12345678},
			}},
		},
		"data": &cloudwatch.GetMetricDataOutput{
			Messages: []types.MessageData{},
			MetricDataResults: []types.MetricDataResult{{
				Id: aws.String("m1"), Label: aws.String("a & b"), StatusCode: types.StatusCodeComplete,
				Timestamps: []time.Time{at, at.Add(-1500 * time.Millisecond)},
				Values:     []float64{1, math.Inf(1)},
			}, {Id: aws.String("m2"), Timestamps: []time.Time{}, Values: []float64{}, StatusCode: types.StatusCodePartialData}},
		},
		"metrics": &cloudwatch.ListMetricsOutput{
			Metrics: []types.Metric{{
				Namespace: aws.String("App"), MetricName: aws.String("m"),
				Dimensions: []types.Dimension{{Name: aws.String("Host"), Value: aws.String("a")}},
			}},
			NextToken: aws.String("t"),
		},
		"alarms": &cloudwatch.DescribeAlarmsOutput{
			CompositeAlarms: []types.CompositeAlarm{},
			MetricAlarms: []types.MetricAlarm{{
				AlarmName: aws.String("cpu"), ActionsEnabled: aws.Bool(true), StateValue: types.StateValueOk,
				OKActions: []string{}, AlarmActions: []string{"arn:a"}, Dimensions: []types.Dimension{},
				Threshold: aws.Float64(10.5), Period: aws.Int32(60), StateUpdatedTimestamp: aws.Time(at.Add(678 * time.Millisecond)),
				EvaluationCriteria: &types.EvaluationCriteriaMemberPromQLCriteria{Value: types.AlarmPromQLCriteria{Query: aws.String("up")}},
			}},
		},
		"image":   &cloudwatch.GetMetricWidgetImageOutput{MetricWidgetImage: []byte{1, 2, 255}},
		"empty":   &cloudwatch.DeleteDashboardsOutput{},
		"topic":   &sns.GetTopicAttributesOutput{Attributes: map[string]string{"DisplayName": `<"x">`, "Owner": "000000000000"}},
		"message": &sqs.ReceiveMessageOutput{Messages: []sqstypes.Message{{Body: aws.String("b\u2028\x01<"), Attributes: map[string]string{"k": "v"}}}},
		"invoke":  &lambda.InvokeOutput{StatusCode: 202, FunctionError: aws.String("Unhandled"), Payload: []byte(`{"a":1}`)},
	}
}

func failures() map[string]*Error {
	return map[string]*Error{
		"combination": {
			Code: "InvalidParameterCombination", Type: "com.amazon.coral.service#InvalidParameterCombinationException",
			Status: 400, Message: "At least one of <Statistics> & ...", Sender: true,
		},
		"silent": {
			Code: "ResourceNotFound", Type: "com.amazonaws.cloudwatch.v2010_08_01#ResourceNotFound", Status: 404, Sender: true,
		},
		"internal": {
			Code: "InternalServiceError", Type: "com.amazonaws.cloudwatch.v2010_08_01#InternalServiceFault",
			Status: 500, Message: "An internal error occurred.", MessageKey: "Message",
		},
		"dashboard": {
			Code: "InvalidParameterInput", Type: "com.amazonaws.cloudwatch.v2010_08_01#DashboardInvalidInputError",
			Status: 400, Message: "no", Sender: true,
			Details: &types.DashboardInvalidInputError{
				Message:                     aws.String("not written twice"),
				DashboardValidationMessages: []types.DashboardValidationMessage{{DataPath: aws.String("/"), Message: aws.String("m")}},
			},
			Schema: cloudwatchschemas.DashboardInvalidInputError,
		},
	}
}
