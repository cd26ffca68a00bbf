package alarms

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skywatch/metric"
)

// The forms for phones and mail, laid out as recorded from the real service.
func TestVariants(t *testing.T) {
	t.Parallel()
	description := "long-ascii"
	a := &Alarm{
		Key: Key{tenant, "cpu"},
		Definition: Definition{
			Description: &description, AlarmActions: []string{topic}, Namespace: "AWS/EC2", MetricName: "CPUUtilization",
			Statistic: "Average", Unit: "Percent", Period: 300, EvaluationPeriods: 1, DatapointsToAlarm: 1, Threshold: 50,
			Comparison: GreaterThan, TreatMissingData: Ignore,
		},
		ConfigurationUpdated: metric.At(at(0)),
		Status:               Status{Value: Alarming, Reason: "by hand", Updated: metric.At(at(1)), Transitioned: metric.At(at(1))},
	}
	message := encode(notify(a, InsufficientData))
	text, err := variants(message)
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ Default, SMS, Email string }
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if got.Default != message || got.SMS != `ALARM: "cpu" in US East (N. Virginia)` {
		t.Errorf("default %s\nsms %s", got.Default, got.SMS)
	}
	const want = `You are receiving this email because your Amazon CloudWatch Alarm "cpu" in the US East (N. Virginia) region has entered the ALARM state, because "by hand" at "Sunday 22 November, 2026 12:00:01 UTC".

View this alarm in the AWS Management Console:
https://us-east-1.console.aws.amazon.com/cloudwatch/deeplink.js?region=us-east-1#alarmsV2:alarm/cpu

Alarm Details:
- Name:                       cpu
- Description:                long-ascii
- State Change:               INSUFFICIENT_DATA -> ALARM
- Reason for State Change:    by hand
- Timestamp:                  Sunday 22 November, 2026 12:00:01 UTC
- AWS Account:                123456789012
- Alarm Arn:                  arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu

Threshold:
- The alarm is in the ALARM state when the metric is GreaterThanThreshold 50.0 for at least 1 of the last 1 period(s) of 300 seconds. 

Monitored Metric:
- MetricNamespace:                     AWS/EC2
- MetricName:                          CPUUtilization
- Dimensions:                          
- Period:                              300 seconds
- Statistic:                           Average
- Unit:                                Percent
- TreatMissingData:                    ignore


State Change Actions:
- OK: 
- ALARM: [arn:aws:sns:us-east-1:123456789012:pager]
- INSUFFICIENT_DATA: 
`
	if diff := cmp.Diff(want, got.Email); diff != "" {
		t.Errorf("email (-want +got)\n%s", diff)
	}
}
