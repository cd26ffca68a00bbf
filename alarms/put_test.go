package alarms

import (
	"math"
	"strings"
	"testing"
	"time"

	"skywatch/internal/fault"
	"skywatch/metric"
)

func TestPutIsChecked(t *testing.T) {
	t.Parallel()
	set := func(f func(*Put)) *Put {
		p := cpu()
		f(p)
		return p
	}
	for name, c := range map[string]struct {
		put  *Put
		kind fault.Kind
		text string // the message, or its beginning with ...
	}{
		"name":         {set(func(p *Put) { p.Name = "a\tb" }), fault.Validation, "AlarmName must not contain ASCII Control characters"},
		"no metric":    {set(func(p *Put) { p.MetricName = "" }), fault.Missing, "The parameter MetricName is required."},
		"no namespace": {set(func(p *Put) { p.Namespace = "" }), fault.Missing, "The parameter Namespace is required."},
		"namespace":    {set(func(p *Put) { p.Namespace = ":a" }), fault.InvalidValue, "The value :a for parameter Namespace is invalid."},
		"unit":         {set(func(p *Put) { p.Unit = "percent" }), fault.InvalidValue, "The value percent for parameter Unit is invalid."},
		"dimension twice": {
			set(func(p *Put) { p.Dimensions = []metric.Dimension{{Name: "a", Value: "1"}, {Name: "a", Value: "2"}} }),
			fault.InvalidValue, "The value a for parameter Dimensions.member.2.Name is invalid.",
		},
		"both statistics": {
			set(func(p *Put) { p.ExtendedStatistic = "p90" }), fault.Validation,
			"PutMetricAlarm request can not be made with both Statistic and ExtendedStatistic parameters. Only one of them should be present",
		},
		"no statistic": {set(func(p *Put) { p.Statistic = "" }), fault.Missing, "The parameter Statistic is required."},
		"extended statistic": {
			set(func(p *Put) { p.Statistic, p.ExtendedStatistic = "", "p101" }), fault.InvalidValue,
			"The value p101 for parameter ExtendedStatistic is not supported.",
		},
		"bounds of an alarm": {
			set(func(p *Put) { p.Statistic, p.ExtendedStatistic = "", "TM(5%:90%)" }), fault.InvalidValue,
			"The value TM(5%:90%) for parameter ExtendedStatistic is not supported.",
		},
		"low samples": {
			set(func(p *Put) { p.LowSamples = "ignore" }), fault.Validation,
			"Option evaluateLowSampleCountPercentile can not be applied with statistic Average. This option is enabled only for percentile statistics.",
		},
		"low samples value": {
			set(func(p *Put) { p.Statistic, p.ExtendedStatistic, p.LowSamples = "", "p90", "no" }), fault.Validation,
			"The value no is not supported for EvaluateLowSampleCountPercentile parameter. Supported values are [evaluate, ignore].",
		},
		"no period": {set(func(p *Put) { p.Period = 0 }), fault.Missing, "The parameter Period is required."},
		"period":    {set(func(p *Put) { p.Period = 90 }), fault.Validation, "Period must be 10, 20, 30 or a multiple of 60"},
		"m over n": {
			set(func(p *Put) { p.DatapointsToAlarm = 2 }), fault.Validation,
			"DatapointsToAlarm must be less than or equal to EvaluationPeriods",
		},
		"over a day": {
			set(func(p *Put) { p.EvaluationPeriods = 1441 }), fault.Validation,
			"Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400) for alarms using period < 3600",
		},
		"over a week": {
			set(func(p *Put) { p.Period, p.EvaluationPeriods = 86400, 8 }), fault.Validation,
			"Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= 604800) for alarms using period >= 3600",
		},
		"no threshold": {set(func(p *Put) { p.Threshold = nil }), fault.Missing, "The parameter Threshold is required."},
		"threshold":    {set(func(p *Put) { *p.Threshold = math.Inf(1) }), fault.Validation, "Threshold must be a finite number"},
		"band": {
			set(func(p *Put) { p.Comparison, p.Threshold = "LessThanLowerThreshold", nil }), fault.Validation,
			"The ComparisonOperator LessThanLowerThreshold (anomaly detection) is not supported by this version of Skywatch.",
		},
		"missing data": {
			set(func(p *Put) { p.TreatMissingData = "X" }), fault.Validation,
			"The value X is not supported for TreatMissingData parameter. Supported values are [breaching, notBreaching, ignore, missing].",
		},
		"no ARN": {set(func(p *Put) { p.OKActions = []string{"not-an-arn"} }), fault.Validation, "Invalid arn syntax: not-an-arn"},
		"queue": {
			set(func(p *Put) { p.AlarmActions = []string{"arn:aws:sqs:us-east-1:123456789012:q"} }), fault.Validation,
			"Invalid arn syntax: arn:aws:sqs:us-east-1:123456789012:q",
		},
		"function": {
			set(func(p *Put) { p.AlarmActions = []string{"arn:aws:lambda:eu-west-1:123456789012:function:f"} }), fault.Validation,
			"Invalid arn syntax: arn:aws:lambda:eu-west-1:123456789012:function:f",
		},
		"region": {
			set(func(p *Put) { p.AlarmActions = []string{"arn:aws:sns:eu-west-1:123456789012:t"} }), fault.Validation,
			"Invalid region eu-west-1 specified. Only us-east-1 is supported.",
		},
		"reserved tag": {
			set(func(p *Put) { p.Tags = []Tag{{"Aws:x", ""}} }), fault.Denied,
			`The provided tag keys must not start with any case of "aws:"`,
		},
		"tags": {set(func(p *Put) {
			for i := range 51 {
				p.Tags = append(p.Tags, Tag{strings.Repeat("k", i+1), ""})
			}
		}), fault.Validation, "The resultant tag set must not have more than 50 user tags."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTestService(t)
			err := s.Put(t.Context(), tenant, c.put, time.Now())
			if err == nil {
				t.Fatal("accepted")
			}
			f := fault.Of(err)
			if f.Kind != c.kind || f.Message != c.text {
				t.Errorf("kind %d, %q\nwant %d, %q", f.Kind, f.Message, c.kind, c.text)
			}
			if page, _, err := s.Describe(tenant, Description{}); err != nil || len(page) > 0 {
				t.Errorf("kept %d alarms, %v", len(page), err)
			}
		})
	}
}

func TestPutAccepts(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	for name, f := range map[string]func(*Put){
		"high resolution": func(p *Put) { p.Period, p.EvaluationPeriods = 10, 8640 },
		"a day":           func(p *Put) { p.EvaluationPeriods = 1440 },
		"a week":          func(p *Put) { p.Period, p.EvaluationPeriods = 3600, 168 },
		"percentile":      func(p *Put) { p.Statistic, p.ExtendedStatistic, p.LowSamples = "", "p99.9", "ignore" },
		"trimmed":         func(p *Put) { p.Statistic, p.ExtendedStatistic = "", "TM(10%:90%)" },
		"vendor":          func(p *Put) { p.Namespace = "AWS/EC2" },
		"any name":        func(p *Put) { p.Name = "Prüfung: 界 <&>" },
	} {
		p := cpu()
		p.Name = name
		f(p)
		if err := s.Put(t.Context(), tenant, p, time.Now()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
