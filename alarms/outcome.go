package alarms

import (
	"encoding/json"
	"fmt"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/targets"
)

// ActionOutcome writes the history item of an action that ended, in the
// transaction that takes it out of the outbox.
func (s *Service) ActionOutcome(tx *catalog.Tx, o targets.Outcome) error {
	var note actionNote
	if err := json.Unmarshal([]byte(o.Delivery.Context), &note); err != nil {
		return fmt.Errorf("read note of delivery %s: %w", o.Delivery.ID, err)
	}
	target := o.Delivery.Target
	data := actionData{
		ActionState: "Succeeded", StateUpdateTimestamp: int64(note.Updated), NotificationResource: target,
	}
	if note.MuteEnd != 0 {
		data.MuteWindowEndTimestamp = new(int64(note.MuteEnd))
	}
	summary := "Successfully executed action " + target
	if o.Err == "" {
		text, err := published(&o.Delivery)
		if err != nil {
			return fmt.Errorf("read message of delivery %s: %w", o.Delivery.ID, err)
		}
		data.PublishedMessage = &text
	} else {
		data.ActionState, data.Error = "Failed", &o.Err
		summary = `Failed to execute action ` + target + `. Received error: "` + o.Err + `"`
	}
	it := HistoryItem{
		AlarmName: note.Alarm, Composite: note.Composite, At: metric.At(o.At), Type: Action, Summary: summary, Data: encode(data),
	}
	if note.ContributorID != "" {
		it.Type, it.ContributorID, it.Attributes = ContributorAction, note.ContributorID, note.Attributes
	}
	return remember(tx, o.Delivery.Tenant, it)
}

// published is what the history tells of a message. A function, an API
// destination and what is not of this house have no variants for phones and mail:
// it is the message as it was handed over.
func published(d *targets.Delivery) (string, error) {
	_, instance := targets.InstanceAction(d.Target)
	kind := targets.KindOf(d.Target)
	if instance || onlyInAlarm(d.Target) || kind == targets.Destination || kind == targets.Function {
		return d.Message, nil
	}
	return variants(d.Message)
}
