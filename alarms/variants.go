package alarms

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"skywatch/metric"
)

// maxHeadlineName is what an alarm's name is cut to in the variant for phones
// (recorded).
const maxHeadlineName = 90

// variants returns the publication as AWS records it in the history: the
// message with its forms for phones and for mail.
func variants(message string) (string, error) {
	var n notification
	if err := json.Unmarshal([]byte(message), &n); err != nil {
		return "", err
	}
	return encode(struct {
		Default string `json:"default"`
		SMS     string `json:"sms"`
		Email   string `json:"email"`
	}{message, n.sms(), n.email()}), nil
}

func (n *notification) sms() string {
	return fmt.Sprintf(`%s: "%s" in %s`, n.NewStateValue, shorten(plain(n.AlarmName), maxHeadlineName), n.Region)
}

// email is the text of the mail, laid out as recorded. How AWS lays out several
// actions or dimensions is (inferred).
func (n *notification) email() string {
	at := metric.Instant(n.StateChangeTime).Time().Format("Monday 02 January, 2006 15:04:05 UTC")
	region := strings.Split(n.AlarmArn, ":")[3]
	description := ""
	if n.AlarmDescription != nil {
		description = *n.AlarmDescription
	}
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	if n.Trigger == nil {
		line(`You are receiving this email because your Amazon CloudWatch Alarm "%s" in the %s region has transitioned to %s state on %s, because "%s".`,
			n.AlarmName, n.Region, n.NewStateValue, at, n.NewStateReason)
	} else {
		line(`You are receiving this email because your Amazon CloudWatch Alarm "%s" in the %s region has entered the %s state, because "%s" at "%s".`,
			n.AlarmName, n.Region, n.NewStateValue, n.NewStateReason, at)
	}
	line("\nView this alarm in the AWS Management Console:")
	line("https://%s.console.aws.amazon.com/cloudwatch/deeplink.js?region=%s#alarmsV2:alarm/%s", region, region, url.PathEscape(n.AlarmName))
	line("\nAlarm Details:")
	line("- Name:                       %s", n.AlarmName)
	line("- Description:                %s", description)
	line("- State Change:               %s -> %s", n.OldStateValue, n.NewStateValue)
	if n.AlarmRule != "" {
		line("- Alarm Rule:                 %s", n.AlarmRule)
	}
	line("- Reason for State Change:    %s", n.NewStateReason)
	line("- Timestamp:                  %s", at)
	line("- AWS Account:                %s", n.AWSAccountID)
	line("- Alarm Arn:                  %s", n.AlarmArn)
	if n.Trigger == nil {
		n.mailChildren(line)
		line("\nState Change Actions:")
	} else {
		n.Trigger.mail(line)
	}
	line("- OK: %s", actionList(n.OKActions))
	line("- ALARM: %s", actionList(n.AlarmActions))
	line("- INSUFFICIENT_DATA: %s", actionList(n.InsufficientDataActions))
	return b.String()
}

// mail writes the part of a mail that is about data, in the recorded layouts;
// that of a PromQL query is inferred.
func (t *trigger) mail(line func(string, ...any)) {
	if c := t.EvaluationCriteria; c != nil {
		line("\nMonitored Query:")
		line("- PromQL:                     %s", c.PromQLCriteria.Query)
		line("\nState Change Actions:")
		return
	}
	needed := t.EvaluationPeriods
	if t.DatapointsToAlarm != 0 {
		needed = t.DatapointsToAlarm
	}
	line("\nThreshold:")
	line("- The alarm is in the ALARM state when the metric is %s %s for at least %d of the last %d period(s) of %d seconds. ",
		t.ComparisonOperator, t.Threshold, needed, t.EvaluationPeriods, t.Period)
	if t.Metrics != nil {
		t.mailQueries(line)
		line("\nState Change Actions:")
		return
	}
	unit := "not specified"
	if t.Unit != nil {
		unit = *t.Unit
	}
	line("\nMonitored Metric:")
	line("- MetricNamespace:                     %s", t.Namespace)
	line("- MetricName:                          %s", t.MetricName)
	line("- Dimensions:                          %s", t.dimensions())
	line("- Period:                              %d seconds", t.Period)
	line("- Statistic:                           %s", t.mailStatistic())
	line("- Unit:                                %s", unit)
	line("- TreatMissingData:                    %s", t.TreatMissingData)
	line("\n\nState Change Actions:")
}

// mailQueries names what returns data; that a metric stands where an expression
// would, by its name, and an absent label as nothing, is inferred.
func (t *trigger) mailQueries(line func(string, ...any)) {
	line("\nMonitored Metrics:")
	for _, q := range t.Metrics {
		if !q.ReturnData {
			continue
		}
		text, label := q.Expression, ""
		if q.MetricStat != nil {
			text = q.MetricStat.Metric.MetricName
		}
		if q.Label != nil {
			label = *q.Label
		}
		line("- MetricExpression:           %s", text)
		line("- MetricLabel:                %s", label)
	}
}

func (t *trigger) dimensions() string {
	var parts []string
	for _, d := range t.Dimensions {
		parts = append(parts, "["+d.Name+" = "+d.Value+"]")
	}
	return strings.Join(parts, " ")
}

func (t *trigger) mailStatistic() string {
	if t.StatisticType != "Statistic" {
		return t.Statistic
	}
	if t.Statistic == "SAMPLE_COUNT" {
		return "SampleCount"
	}
	return t.Statistic[:1] + strings.ToLower(t.Statistic[1:])
}

func actionList(arns []string) string {
	var b strings.Builder
	for _, a := range arns {
		b.WriteString("[" + a + "]")
	}
	return b.String()
}
