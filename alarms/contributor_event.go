package alarms

import (
	"encoding/json"

	"skywatch/event"
)

// contributorStateChange is the detail of a CloudWatch Alarm Contributor State
// Change event (cloudwatch.md 14.4): there is no previous state in it.
type contributorStateChange struct {
	AlarmName        string             `json:"alarmName"`
	AlarmContributor eventContributor   `json:"alarmContributor"`
	State            eventState         `json:"state"`
	Configuration    eventConfiguration `json:"configuration"`
	MuteDetail       *muteDetail        `json:"muteDetail,omitempty"`
	eventTags
}

type eventContributor struct {
	ID         string            `json:"id"`
	Attributes map[string]string `json:"attributes"`
}

func contributorChangeOf(a *Alarm, c *Contributor) contributorStateChange {
	return contributorStateChange{
		AlarmName: a.Name, AlarmContributor: eventContributor{c.ID, c.Attributes},
		State: eventStateOf(c.status()), Configuration: eventConfigurationOf(a), eventTags: a.eventTags(),
	}
}

// contributorEvent is the event of a contributor that has just changed its state.
func contributorEvent(a *Alarm, c *Contributor, m *muting) event.Event {
	detail := contributorChangeOf(a, c)
	detail.MuteDetail = m.detail()
	return event.Event{
		ID:         derived(a, append(c.words(), "event")...),
		Source:     "aws.cloudwatch",
		DetailType: "CloudWatch Alarm Contributor State Change",
		Account:    a.Account, Region: a.Region,
		Time: c.Transitioned.Time(), Resources: []string{a.ARN()},
		Detail: json.RawMessage(encode(detail)),
	}
}
