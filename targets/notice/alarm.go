package notice

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// The states of alarms.
const (
	InAlarm          = "ALARM"
	InOrder          = "OK"
	InsufficientData = "INSUFFICIENT_DATA"
)

// Alarm is an alarm that changed its state. What its message does not tell is
// empty: an event of one has no threshold.
type Alarm struct {
	Name, ARN, Description, Account, Region string
	State, OldState, Reason                 string
	Namespace, Metric, Statistic, Unit      string
	Dimensions                              []Field
	Period                                  int // seconds
	EvaluationPeriods, DatapointsToAlarm    int
	Comparison                              string
	Threshold                               string // as it was spelled
	TreatMissingData                        string
}

// alarmMessage is what topics get of an alarm (cloudwatch.md 14.2).
type alarmMessage struct {
	AlarmName, AlarmDescription, AWSAccountID, NewStateValue, NewStateReason string
	StateChangeTime, Region, AlarmArn, OldStateValue                         string
	Trigger                                                                  struct {
		MetricName, Namespace, Statistic, Unit string
		Dimensions                             []Field
		Period                                 int
		EvaluationPeriods, DatapointsToAlarm   int
		ComparisonOperator, TreatMissingData   string
		Threshold                              json.Number
	}
}

// stampForm is how alarms write times.
const stampForm = "2006-01-02T15:04:05.000-0700"

// readAlarm makes n the notice of an alarm, if its message is that of one.
func readAlarm(n *Notice) bool {
	if _, ok := n.Body.(map[string]any); !ok {
		return false
	}
	var m alarmMessage
	if json.Unmarshal([]byte(n.Message), &m) != nil || m.AlarmName == "" || !state(m.NewStateValue) || m.AlarmArn == "" {
		return false
	}
	t := &m.Trigger
	n.alarm(Alarm{
		Name: m.AlarmName, ARN: m.AlarmArn, Description: m.AlarmDescription, Account: m.AWSAccountID, Region: m.Region,
		State: m.NewStateValue, OldState: m.OldStateValue, Reason: m.NewStateReason,
		Namespace: t.Namespace, Metric: t.MetricName, Statistic: t.Statistic, Unit: t.Unit, Dimensions: t.Dimensions,
		Period: t.Period, EvaluationPeriods: t.EvaluationPeriods, DatapointsToAlarm: t.DatapointsToAlarm,
		Comparison: t.ComparisonOperator, Threshold: t.Threshold.String(), TreatMissingData: t.TreatMissingData,
	}, m.StateChangeTime)
	return true
}

func state(s string) bool { return s == InAlarm || s == InOrder || s == InsufficientData }

// alarm fills in what notices of alarms show.
func (n *Notice) alarm(a Alarm, at string) {
	n.Kind, n.Alarm, n.Source, n.Key, n.Text = OfAlarm, a, a.ARN, a.ARN, a.Reason
	n.Title = a.State + `: "` + a.Name + `" in ` + a.Region
	if t, err := time.Parse(stampForm, at); err == nil {
		n.Time = spell(t)
	}
	n.Severity = map[string]Severity{InAlarm: Critical, InsufficientData: Warning, InOrder: Notable}[a.State]
	n.Fields = a.fields(n.Time)
}

// fields are what an alarm tells beside its reason.
func (a *Alarm) fields(at string) []Field {
	var dimensions []string
	for _, d := range a.Dimensions {
		dimensions = append(dimensions, d.Name+"="+d.Value)
	}
	all := []Field{
		{"State change", a.OldState + " → " + a.State},
		{"Time", at},
		{"Metric", strings.TrimSpace(a.Namespace + " " + a.Metric)},
		{"Dimensions", strings.Join(dimensions, ", ")},
		{"Threshold", a.Condition()},
		{"Statistic", a.Statistic},
		{"Description", a.Description},
		{"Account", a.Account},
		{"Region", a.Region},
	}
	kept := all[:0]
	for _, f := range all {
		if f.Value != "" {
			kept = append(kept, f)
		}
	}
	return kept
}

// comparisons are AWS's operators in words.
var comparisons = map[string]string{
	"GreaterThanThreshold": "greater than", "GreaterThanOrEqualToThreshold": "at least",
	"LessThanThreshold": "less than", "LessThanOrEqualToThreshold": "at most",
}

// Condition says when the alarm is in ALARM; empty where that is not known.
func (a *Alarm) Condition() string {
	words, ok := comparisons[a.Comparison]
	if !ok {
		return ""
	}
	needed := a.DatapointsToAlarm
	if needed == 0 {
		needed = a.EvaluationPeriods
	}
	return fmt.Sprintf("%s %s, %d of %d periods of %d s", words, a.Threshold, needed, a.EvaluationPeriods, a.Period)
}
