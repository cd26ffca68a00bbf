package alarms

import (
	"encoding/json"
	"strconv"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/metric"
)

// operation is what was done to an alarm, as its event tells it.
type operation string

const (
	created operation = "create"
	updated operation = "update"
	deleted operation = "delete"
)

// configurationChange is the detail of a CloudWatch Alarm Configuration Change
// event (events.md 1.6, sample-events).
type configurationChange struct {
	AlarmName             string              `json:"alarmName"`
	Operation             operation           `json:"operation"`
	State                 configurationState  `json:"state"`
	Configuration         wholeConfiguration  `json:"configuration"`
	PreviousConfiguration *wholeConfiguration `json:"previousConfiguration,omitempty"`
}

// configurationState is the state that the alarm is in meanwhile. Only where the
// alarm is deleted it has a reason (cloudwatch.md 14.4).
type configurationState struct {
	Value               State  `json:"value"`
	Reason              string `json:"reason,omitempty"`
	Timestamp           stamp  `json:"timestamp"`
	ActionsSuppressedBy Phase  `json:"actionsSuppressedBy,omitempty"`
}

// wholeConfiguration is a definition as these events show it; those of state
// changes show less.
type wholeConfiguration struct {
	AlarmName   string        `json:"alarmName"`
	Description *string       `json:"description,omitempty"`
	Metrics     []eventMetric `json:"metrics,omitempty"`
	promQLEvent
	settingsEvent
	compositeEvent
	EvaluationPeriods                int        `json:"evaluationPeriods,omitempty"`
	DatapointsToAlarm                int        `json:"datapointsToAlarm,omitempty"`
	Threshold                        *float64   `json:"threshold,omitempty"`
	ComparisonOperator               Comparison `json:"comparisonOperator,omitempty"`
	TreatMissingData                 Treatment  `json:"treatMissingData,omitempty"`
	EvaluateLowSampleCountPercentile string     `json:"evaluateLowSampleCountPercentile,omitempty"` // (inferred)
	ActionsEnabled                   bool       `json:"actionsEnabled"`
	OKActions                        []string   `json:"okActions"`
	AlarmActions                     []string   `json:"alarmActions"`
	InsufficientDataActions          []string   `json:"insufficientDataActions"`
	Timestamp                        stamp      `json:"timestamp"`
}

func wholeConfigurationOf(a *Alarm) wholeConfiguration {
	short := eventConfigurationOf(a)
	var threshold *float64
	if a.EvaluationPeriods > 0 { // it is judged by one
		threshold = &a.Threshold
	}
	return wholeConfiguration{
		AlarmName: a.Name, Description: short.Description, Metrics: short.Metrics, compositeEvent: short.compositeEvent,
		promQLEvent: short.promQLEvent, settingsEvent: settingsEventOf(&a.Definition),
		EvaluationPeriods: a.EvaluationPeriods, DatapointsToAlarm: a.DatapointsToAlarm, Threshold: threshold,
		ComparisonOperator: a.Comparison, TreatMissingData: a.TreatMissingData, EvaluateLowSampleCountPercentile: a.LowSamples,
		ActionsEnabled: a.ActionsEnabled, OKActions: present(a.OKActions), AlarmActions: present(a.AlarmActions),
		InsufficientDataActions: present(a.InsufficientDataActions), Timestamp: stamp(a.ConfigurationUpdated),
	}
}

// announce publishes a change of an alarm's definition within the transaction
// that makes it; old is the alarm before an update.
func (s *Service) announce(tx *catalog.Tx, a, old *Alarm, what operation, now metric.Instant) error {
	if s.opts.Events == nil {
		return nil
	}
	detail := configurationChange{
		AlarmName: a.Name, Operation: what, Configuration: wholeConfigurationOf(a),
		State: configurationState{Value: a.Value, Timestamp: stamp(a.Updated), ActionsSuppressedBy: a.SuppressedBy},
	}
	if what == deleted {
		detail.State.Reason = a.Reason
	}
	if old != nil {
		before := wholeConfigurationOf(old)
		detail.PreviousConfiguration = &before
	}
	id := uuid.NewSHA1(uuid.NameSpaceURL, []byte(a.ARN()+" "+strconv.FormatUint(a.revision, 10)+" "+string(what)))
	return s.opts.Events.Publish(tx, event.Event{
		ID: id.String(), Source: "aws.cloudwatch", DetailType: "CloudWatch Alarm Configuration Change",
		Account: a.Account, Region: a.Region, Time: now.Time(), Resources: []string{a.ARN()},
		Detail: json.RawMessage(encode(detail)),
	})
}
