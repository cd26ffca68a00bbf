package alarms

import (
	"strings"

	"skywatch/metric"
)

// notification is the message that a topic gets (cloudwatch.md 14.2, in the
// recorded order).
type notification struct {
	AlarmName                          string
	AlarmDescription                   *string
	AWSAccountID                       string `json:"AWSAccountId"`
	AlarmConfigurationUpdatedTimestamp *stamp `json:",omitempty"`
	NewStateValue                      State
	NewStateReason                     string
	StateChangeTime                    stamp
	Region                             string
	AlarmArn                           string
	OldStateValue                      State
	ActionExecutedAfterMuteWindow      bool
	OKActions                          []string
	AlarmActions                       []string
	InsufficientDataActions            []string
	// An alarm on data has a trigger, a composite one the rest (recorded: it has no
	// AlarmConfigurationUpdatedTimestamp either).
	Trigger            *trigger           `json:",omitempty"`
	AlarmRule          string             `json:",omitempty"`
	TriggeringChildren *[]triggeringChild `json:",omitempty"`
}

type trigger struct {
	MetricName                       string
	Namespace                        string
	StatisticType                    string
	Statistic                        string
	Unit                             *string
	Dimensions                       []messageDimension
	Period                           metric.Period
	EvaluationPeriods                int
	DatapointsToAlarm                int `json:",omitempty"`
	ComparisonOperator               Comparison
	Threshold                        number
	TreatMissingData                 Treatment
	EvaluateLowSampleCountPercentile string
}

type messageDimension struct {
	Value string `json:"value"`
	Name  string `json:"name"`
}

// notify returns the message for an alarm that has just left the old state.
func notify(a *Alarm, old State) notification {
	n := notification{
		AlarmName: a.Name, AlarmDescription: a.Description, AWSAccountID: a.Account,
		NewStateValue: a.Value, NewStateReason: a.Reason, StateChangeTime: stamp(a.Transitioned),
		Region: regionName(a.Region), AlarmArn: a.ARN(), OldStateValue: old,
		OKActions: present(a.OKActions), AlarmActions: present(a.AlarmActions),
		InsufficientDataActions: present(a.InsufficientDataActions),
	}
	if a.Kind() == OnChildren {
		n.AlarmRule, n.TriggeringChildren = a.Composite.Rule, new(triggeringChildren(a))
		return n
	}
	n.AlarmConfigurationUpdatedTimestamp, n.Trigger = new(stamp(a.ConfigurationUpdated)), new(triggerOf(&a.Definition))
	return n
}

func triggerOf(d *Definition) trigger {
	t := trigger{
		MetricName: d.MetricName, Namespace: d.Namespace, StatisticType: "Statistic", Statistic: shouted(d),
		Dimensions: make([]messageDimension, len(d.Dimensions)), Period: d.Period,
		EvaluationPeriods: d.EvaluationPeriods, DatapointsToAlarm: d.DatapointsToAlarm,
		ComparisonOperator: d.Comparison, Threshold: number(d.Threshold),
		TreatMissingData: d.TreatMissingData, EvaluateLowSampleCountPercentile: d.LowSamples,
	}
	if d.ExtendedStatistic != "" {
		t.StatisticType = "ExtendedStatistic"
	}
	if d.Unit != "" {
		t.Unit = &d.Unit
	}
	for i, dim := range d.Dimensions {
		t.Dimensions[i] = messageDimension{Value: dim.Value, Name: dim.Name}
	}
	return t
}

// maxSubject is the length of a topic's subject.
const maxSubject = 100

// subject returns the subject line: ALARM: "name" in US East (N. Virginia). The
// name is shortened so that the whole fits.
func (n *notification) subject() string { return n.headline(maxSubject) }

func (n *notification) headline(limit int) string {
	before, after := string(n.NewStateValue)+`: "`, `" in `+n.Region
	return before + shorten(plain(n.AlarmName), limit-len(before)-len(after)) + after
}

// plain puts one _ for each run of what is not printable ASCII (recorded).
func plain(s string) string {
	var b strings.Builder
	in := false
	for _, r := range s {
		if out := r < ' ' || r > '~'; out {
			if !in {
				b.WriteByte('_')
			}
			in = true
			continue
		}
		in = false
		b.WriteRune(r)
	}
	return b.String()
}

// shorten cuts ASCII text to limit, the last three bytes being dots.
func shorten(s string, limit int) string {
	const dots = "..."
	if len(s) <= limit {
		return s
	}
	return s[:max(limit-len(dots), 0)] + dots
}
