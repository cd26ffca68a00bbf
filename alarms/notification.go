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
	messageTags
	// What the status is of, if not of the alarm as a whole.
	AlarmContributorID         string            `json:"AlarmContributorId,omitempty"`
	AlarmContributorAttributes map[string]string `json:",omitempty"`
}

// trigger is what an alarm is on and how that is judged.
type trigger struct {
	triggerMetric
	triggerJudgement
	Metrics            []messageQuery
	EvaluationCriteria *messageCriteria
	EvaluationInterval metric.Period
}

type triggerMetric struct {
	MetricName    string
	Namespace     string
	StatisticType string
	Statistic     string
	Unit          *string
	Dimensions    []messageDimension
}

type triggerJudgement struct {
	Period                           metric.Period
	EvaluationPeriods                int
	DatapointsToAlarm                int `json:",omitempty"`
	ComparisonOperator               Comparison
	Threshold                        number
	TreatMissingData                 Treatment
	EvaluateLowSampleCountPercentile string
}

// MarshalJSON implements json.Marshaler: it leaves out what the kind of alarm has
// not.
func (t trigger) MarshalJSON() ([]byte, error) {
	switch {
	case t.EvaluationCriteria != nil:
		return []byte(encode(struct {
			EvaluationCriteria *messageCriteria
			EvaluationInterval metric.Period
		}{t.EvaluationCriteria, t.EvaluationInterval})), nil
	case t.Metrics != nil:
		return []byte(encode(struct {
			triggerJudgement
			Metrics []messageQuery
		}{t.triggerJudgement, t.Metrics})), nil
	default:
		return []byte(encode(struct {
			triggerMetric
			triggerJudgement
		}{t.triggerMetric, t.triggerJudgement})), nil
	}
}

// notify returns the message for an alarm that has just left the old state.
func notify(a *Alarm, old State) notification {
	n := notification{
		AlarmName: a.Name, AlarmDescription: a.Description, AWSAccountID: a.Account,
		NewStateValue: a.Value, NewStateReason: a.Reason, StateChangeTime: stamp(a.Transitioned),
		Region: regionName(a.Region), AlarmArn: a.ARN(), OldStateValue: old,
		OKActions: present(a.OKActions), AlarmActions: present(a.AlarmActions),
		InsufficientDataActions: present(a.InsufficientDataActions), messageTags: a.messageTags(),
	}
	if a.Kind() == OnChildren {
		n.AlarmRule, n.TriggeringChildren = a.Composite.Rule, new(triggeringChildren(a))
		return n
	}
	n.AlarmConfigurationUpdatedTimestamp, n.Trigger = new(stamp(a.ConfigurationUpdated)), new(triggerOf(&a.Definition))
	return n
}

func triggerOf(d *Definition) trigger {
	judgement := triggerJudgement{
		Period: d.Period, EvaluationPeriods: d.EvaluationPeriods, DatapointsToAlarm: d.DatapointsToAlarm,
		ComparisonOperator: d.Comparison, Threshold: number(d.Threshold),
		TreatMissingData: d.TreatMissingData, EvaluateLowSampleCountPercentile: d.LowSamples,
	}
	switch d.Kind() {
	case OnPromQL:
		return trigger{EvaluationCriteria: messageCriteriaOf(d.PromQL), EvaluationInterval: d.Period}
	case OnQueries:
		return trigger{triggerJudgement: judgement, Metrics: messageQueries(d.Queries)}
	}
	m := triggerMetric{
		MetricName: d.MetricName, Namespace: d.Namespace, StatisticType: "Statistic", Statistic: shouted(d),
		Dimensions: messageDimensions(d.Dimensions),
	}
	if d.ExtendedStatistic != "" {
		m.StatisticType = "ExtendedStatistic"
	}
	if d.Unit != "" {
		m.Unit = &d.Unit
	}
	return trigger{triggerMetric: m, triggerJudgement: judgement}
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
