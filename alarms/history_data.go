package alarms

import (
	"bytes"
	"encoding/json"
	"strings"

	"skywatch/catalog"
	"skywatch/metric"
)

// configuration is an alarm as the history shows it (cloudwatch.md 13.5, in the
// recorded order).
type configuration struct {
	AlarmName                          string             `json:"alarmName"`
	AlarmDescription                   *string            `json:"alarmDescription,omitempty"`
	AlarmArn                           string             `json:"alarmArn"`
	AlarmConfigurationUpdatedTimestamp stamp              `json:"alarmConfigurationUpdatedTimestamp"`
	Namespace                          string             `json:"namespace,omitempty"`
	MetricName                         string             `json:"metricName,omitempty"`
	ExtendedStatistic                  string             `json:"extendedStatistic,omitempty"`
	Period                             metric.Period      `json:"period,omitempty"` // of an alarm on one metric
	Dimensions                         []historyDimension `json:"dimensions"`
	Unit                               string             `json:"unit,omitempty"`
	Metrics                            []historyQuery     `json:"metrics,omitempty"`
	promQLEvent
	Threshold                        *number    `json:"threshold,omitempty"`
	ComparisonOperator               Comparison `json:"comparisonOperator,omitempty"`
	EvaluationPeriods                int        `json:"evaluationPeriods,omitempty"`
	DatapointsToAlarm                int        `json:"datapointsToAlarm,omitempty"`
	TreatMissingData                 Treatment  `json:"treatMissingData,omitempty"`
	EvaluateLowSampleCountPercentile string     `json:"evaluateLowSampleCountPercentile,omitempty"`
	settingsEvent
	StateValue              State    `json:"stateValue"`
	StateUpdatedTimestamp   stamp    `json:"stateUpdatedTimestamp"`
	ActionsEnabled          bool     `json:"actionsEnabled"`
	AlarmActions            []string `json:"alarmActions"`
	InsufficientDataActions []string `json:"insufficientDataActions"`
	OKActions               []string `json:"okactions"`
}

func configurationOf(a *Alarm) configuration {
	c := configuration{
		AlarmName: a.Name, AlarmDescription: a.Description, AlarmArn: a.ARN(),
		AlarmConfigurationUpdatedTimestamp: stamp(a.ConfigurationUpdated),
		Namespace:                          a.Namespace, MetricName: a.MetricName,
		ExtendedStatistic: shouted(&a.Definition), Dimensions: historyDimensions(a.Dimensions), Unit: a.Unit,
		Metrics: historyQueries(a.Queries), promQLEvent: promQLEventOf(&a.Definition),
		ComparisonOperator: a.Comparison, EvaluationPeriods: a.EvaluationPeriods, DatapointsToAlarm: a.DatapointsToAlarm,
		TreatMissingData: a.TreatMissingData, EvaluateLowSampleCountPercentile: a.LowSamples,
		settingsEvent: settingsEventOf(&a.Definition),
		StateValue:    a.Value, StateUpdatedTimestamp: stamp(a.Updated), ActionsEnabled: a.ActionsEnabled,
		AlarmActions: present(a.AlarmActions), InsufficientDataActions: present(a.InsufficientDataActions),
		OKActions: present(a.OKActions),
	}
	if a.Kind() == OnMetric {
		c.Period = a.Period
	}
	if a.EvaluationPeriods > 0 {
		c.Threshold = new(number(a.Threshold))
	}
	return c
}

// shouted is the statistic as messages and history write it: the basic ones in
// capitals (SAMPLE_COUNT is inferred), the others as they are.
func shouted(d *Definition) string {
	if d.Statistic == "SampleCount" {
		return "SAMPLE_COUNT"
	}
	if d.Statistic != "" {
		return strings.ToUpper(d.Statistic)
	}
	return d.ExtendedStatistic
}

// present makes an absent list an empty one.
func present(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func createdData(r catalog.Reader, a *Alarm) (string, error) {
	as, err := shown(r, a)
	return encode(struct {
		Version      string `json:"version"`
		Type         string `json:"type"`
		CreatedAlarm any    `json:"createdAlarm"`
	}{"1.0", "Create", as}), err
}

func deletedData(r catalog.Reader, a *Alarm) (string, error) {
	as, err := shown(r, a)
	return encode(struct {
		Version      string `json:"version"`
		Type         string `json:"type"`
		DeletedAlarm any    `json:"deletedAlarm"`
	}{"1.0", "Delete", as}), err
}

// updatedData shows the alarm as it is now and what its changed fields held
// before; a field that was absent is left out (recorded).
func updatedData(r catalog.Reader, old, now *Alarm) (string, error) {
	before, err := shown(r, old)
	if err != nil {
		return "", err
	}
	after, err := shown(r, now)
	return encode(struct {
		Version               string          `json:"version"`
		Type                  string          `json:"type"`
		UpdatedAlarm          any             `json:"updatedAlarm"`
		OriginalUpdatedFields json.RawMessage `json:"originalUpdatedFields"`
	}{"1.0", "Update", after, changed(before, after)}), err
}

// changed returns the fields of old that now does not have with that value, as
// an object in the order of the fields.
func changed(old, now any) json.RawMessage {
	var after map[string]json.RawMessage
	if err := json.Unmarshal([]byte(encode(now)), &after); err != nil {
		panic(err) // it was just written
	}
	var out bytes.Buffer
	d := json.NewDecoder(strings.NewReader(encode(old)))
	_, _ = d.Token() // {
	for d.More() {
		key, _ := d.Token()
		var value json.RawMessage
		_ = d.Decode(&value)
		name := key.(string)
		if bytes.Equal(value, after[name]) {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte(',')
		}
		out.WriteString(encode(name) + ":")
		out.Write(value)
	}
	return json.RawMessage("{" + out.String() + "}")
}

// stateData shows a change of state. Reason data stand in it as they were sent,
// byte for byte, as an object and not as a string (recorded).
func stateData(old, now Status) string {
	return `{"version":"1.0","oldState":` + stateObject(old) + `,"newState":` + stateObject(now) + `}`
}

func stateObject(s Status) string {
	text := `{"stateValue":` + encode(s.Value) + `,"stateReason":` + encode(s.Reason)
	if s.ReasonData != "" {
		text += `,"stateReasonData":` + s.ReasonData
	}
	if s.SuppressedBy != "" {
		text += `,"actionsSuppressedBy":` + encode(s.SuppressedBy) + `,"actionsSuppressedReason":` + encode(s.SuppressedReason)
	}
	return text + "}"
}

// actionData tells how an action went.
type actionData struct {
	ActionState            string  `json:"actionState"`
	StateUpdateTimestamp   int64   `json:"stateUpdateTimestamp"` // ms since the epoch
	NotificationResource   string  `json:"notificationResource"`
	PublishedMessage       *string `json:"publishedMessage"`
	Error                  *string `json:"error"`
	MuteWindowEndTimestamp *int64  `json:"muteWindowEndTimestamp"`
}
