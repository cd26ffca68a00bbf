package alarms

import (
	"slices"
)

// Messages to topics and functions and the events of state changes carry tags of
// the alarm where its definition says so (user guide, "Alarm tags in action
// payloads").

// tagsThere is the status of tags that were read; those of this house always are.
const tagsThere = "SUCCESS"

// carry sets which of the alarm's tags its messages and events carry.
func (a *Alarm) carry(tags []Tag) {
	t := a.TagPropagation
	if t == nil || !t.Enabled {
		return
	}
	a.carried = []Tag{}
	for _, tag := range tags {
		if len(t.Included) > 0 && !slices.Contains(t.Included, tag.Key) || slices.Contains(t.Excluded, tag.Key) {
			continue
		}
		a.carried = append(a.carried, tag)
	}
}

// messageTags is what the message to a topic has of them (that they are a list is
// the guide's, the members' names are inferred).
type messageTags struct {
	AlarmTags       *[]Tag `json:",omitempty"`
	AlarmTagsStatus string `json:",omitempty"`
}

func (a *Alarm) messageTags() messageTags {
	if a.carried == nil {
		return messageTags{}
	}
	return messageTags{&a.carried, tagsThere}
}

// eventTags is what events have of them, and functions (which is inferred).
type eventTags struct {
	AlarmTags       *map[string]string `json:"alarmTags,omitempty"`
	AlarmTagsStatus string             `json:"alarmTagsStatus,omitempty"`
}

func (a *Alarm) eventTags() eventTags {
	if a.carried == nil {
		return eventTags{}
	}
	tags := make(map[string]string, len(a.carried))
	for _, t := range a.carried {
		tags[t.Key] = t.Value
	}
	return eventTags{&tags, tagsThere}
}
