package alarms

import (
	"encoding/json"

	"skywatch/event"
	"skywatch/metric"
)

// stateChange is the detail of a CloudWatch Alarm State Change event
// (cloudwatch.md 14.4).
type stateChange struct {
	AlarmName     string             `json:"alarmName"`
	State         eventState         `json:"state"`
	PreviousState eventState         `json:"previousState"`
	Configuration eventConfiguration `json:"configuration"`
	MuteDetail    *muteDetail        `json:"muteDetail,omitempty"`
	eventTags
}

// muteDetail tells what mutes the actions of the alarm meanwhile.
type muteDetail struct {
	MutedByARN      string `json:"mutedByArn"`
	MuteWindowStart stamp  `json:"muteWindowStart"`
	MuteWindowEnd   stamp  `json:"muteWindowEnd"`
}

// detail is m as events tell it.
func (m *muting) detail() *muteDetail {
	if m == nil {
		return nil
	}
	return &muteDetail{m.by.ARN(), stamp(metric.At(m.Start)), stamp(metric.At(m.End))}
}

type eventState struct {
	Value                   State           `json:"value"`
	Reason                  string          `json:"reason"`
	ReasonData              string          `json:"reasonData,omitempty"` // JSON within a string
	Timestamp               stamp           `json:"timestamp"`
	EvaluationState         EvaluationState `json:"evaluationState,omitempty"`
	ActionsSuppressedBy     Phase           `json:"actionsSuppressedBy,omitempty"`
	ActionsSuppressedReason string          `json:"actionsSuppressedReason,omitempty"`
}

type eventConfiguration struct {
	Metrics     []eventMetric `json:"metrics,omitempty"`
	Description *string       `json:"description,omitempty"`
	promQLEvent
	compositeEvent
}

func eventStateOf(s Status) eventState {
	return eventState{
		Value: s.Value, Reason: s.Reason, ReasonData: s.ReasonData, Timestamp: stamp(s.Updated),
		EvaluationState: s.Evaluation, ActionsSuppressedBy: s.SuppressedBy, ActionsSuppressedReason: s.SuppressedReason,
	}
}

// stateChangeEvent is the event of an alarm that has just left the old status.
func stateChangeEvent(a *Alarm, old Status, m *muting) event.Event {
	detail := stateChangeOf(a, old)
	detail.MuteDetail = m.detail()
	return event.Event{
		ID:         derived(a, "event"),
		Source:     "aws.cloudwatch",
		DetailType: "CloudWatch Alarm State Change",
		Account:    a.Account, Region: a.Region,
		Time: a.Updated.Time(), Resources: []string{a.ARN()},
		Detail: json.RawMessage(encode(detail)),
	}
}

func stateChangeOf(a *Alarm, old Status) stateChange {
	return stateChange{
		AlarmName: a.Name, State: eventStateOf(a.Status), PreviousState: eventStateOf(old),
		Configuration: eventConfigurationOf(a), eventTags: a.eventTags(),
	}
}

func eventConfigurationOf(a *Alarm) eventConfiguration {
	c := eventConfiguration{Description: a.Description, promQLEvent: promQLEventOf(&a.Definition)}
	switch a.Kind() {
	case OnChildren:
		c.compositeEvent = compositeEventOf(a.Composite)
	case OnMetric, OnQueries:
		c.Metrics = eventMetrics(a)
	}
	return c
}
