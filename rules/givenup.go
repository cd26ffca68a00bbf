package rules

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/targets"
)

// The events of deliveries that were given up. AWS has none; rules can act on
// them like on any other event.
const (
	GivenUpSource     = "skywatch.deliveries"
	GivenUpDetailType = "Delivery Given Up"
)

// givenUp is the detail of such an event. It does not have the message, which
// may be large, or secret.
type givenUp struct {
	DeliveryID string `json:"deliveryId"`
	Kind       string `json:"kind"`  // what made it: rule-target, alarm-action, ...
	Cause      string `json:"cause"` // ARN of what made it: a rule, an alarm, a topic
	Target     string `json:"target"`
	Code       string `json:"errorCode"`
	Message    string `json:"errorMessage"`
	Attempts   int    `json:"attempts"`
	// Exhausted is the limit that ended the retries, where one did.
	Exhausted string    `json:"exhaustedRetryCondition,omitempty"`
	Created   time.Time `json:"created"`
	// DeadLetter is the queue that has the delivery now; DeadLetterError says
	// why the queue that should have it does not.
	DeadLetter      string `json:"deadLetterArn,omitempty"`
	DeadLetterError string `json:"deadLetterError,omitempty"`
}

// GivenUp puts an event on the default bus of a delivery's account within the
// transaction in which the delivery ends, and logs it where its bus wants so.
// What such an event causes makes none when it fails, so that nothing runs in a
// circle.
func (s *Service) GivenUp(tx *catalog.Tx, o targets.Outcome) error {
	tx.After(func() { s.mourn(&o) })
	d := &o.Delivery
	if d.OfFailure {
		return nil
	}
	detail := givenUp{
		DeliveryID: d.ID, Kind: d.Kind, Cause: d.Cause, Target: d.Target, Code: o.Code, Message: o.Reason,
		Attempts: d.Attempts, Exhausted: o.Exhausted, Created: d.Created.UTC(), DeadLetterError: o.LetterErr,
	}
	if o.Buried {
		detail.DeadLetter = d.DeadLetter
	}
	body, err := json.Marshal(detail)
	if err != nil {
		return err
	}
	return s.Publish(tx, event.Event{
		// A delivery that is redriven may be given up again.
		ID:     uuid.NewSHA1(uuid.NameSpaceURL, []byte("given up "+d.ID+" "+o.At.Format(time.RFC3339Nano))).String(),
		Source: GivenUpSource, DetailType: GivenUpDetailType, Account: d.Account, Region: d.Region,
		Time: o.At, Resources: resourcesOf(d), Detail: body,
	})
}

// resourcesOf are the ARNs that a delivery concerns.
func resourcesOf(d *targets.Delivery) []string {
	if d.Cause == "" {
		return []string{d.Target}
	}
	return []string{d.Cause, d.Target}
}
