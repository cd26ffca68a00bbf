package scheduler

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"skywatch/event"
	"skywatch/targets"
)

// DeliveryKind is the Delivery.Kind of what schedules send.
const DeliveryKind = "schedule-target"

// run is one planned time of a schedule that has come.
type run struct {
	*Schedule
	planned time.Time
	now     time.Time
	id      string // stable: of the schedule and the planned time
}

// deliveries returns what a planned time sends: one delivery, or one for each
// entry of a universal target that puts events.
func (sch *Schedule) deliveries(planned, now time.Time) []targets.Delivery {
	seed := sch.ARN() + " " + sch.Created.Format(time.RFC3339Nano) + " " + planned.Format(time.RFC3339Nano)
	r := run{sch, planned, now, uuid.NewSHA1(uuid.NameSpaceURL, []byte(seed)).String()}
	base := r.base()
	var all []targets.Delivery
	var err error
	switch _, operation, ok := strings.Cut(sch.Target.ARN, ":::"+universal); {
	case ok:
		all, err = r.universal(base, operation)
	case targets.KindOf(sch.Target.ARN) == targets.Bus:
		all, err = r.toBus(base)
	default:
		all = []targets.Delivery{base}
	}
	if err != nil {
		base.Unsendable = err.Error()
		return []targets.Delivery{base}
	}
	return all
}

// base is the delivery of the input to the target as they are.
func (r *run) base() targets.Delivery {
	retry := targets.GeneralRetry()
	retry.Max, retry.MaxAge = r.Target.MaxRetries, time.Duration(r.Target.MaxAgeSeconds)*time.Second
	return targets.Delivery{
		ID: r.id, Tenant: r.Tenant, Cause: r.ARN(), Target: r.Target.ARN, Kind: DeliveryKind,
		Message: r.input(), Group: r.Target.MessageGroup, AttemptMark: attemptMark, Shaped: r.Target.Input != "", Parameters: r.Target.parameters(),
		Created: r.now, Retry: &retry, DeadLetter: r.Target.DeadLetter,
		// User guide, "Configuring a dead-letter queue".
		LetterAttributes: map[string]string{
			"TARGET_ARN": r.Target.ARN, "EXECUTION_ID": r.execution(), "SCHEDULED_TIME": r.scheduled(), "IS_PAYLOAD_TRUNCATED": "false",
		},
	}
}

// attemptMark is the context attribute whose value only the attempt knows.
const attemptMark = "<aws.scheduler.attempt-number>"

// input is the schedule's input with its context attributes filled in.
func (r *run) input() string {
	if r.Target.Input == "" {
		return r.notification()
	}
	return strings.NewReplacer(
		"<aws.scheduler.schedule-arn>", r.ARN(),
		"<aws.scheduler.scheduled-time>", r.scheduled(),
		"<aws.scheduler.execution-id>", r.execution(),
	).Replace(r.Target.Input)
}

func (r *run) scheduled() string { return r.planned.UTC().Format(time.RFC3339) }

// execution is the ID of a run, of AWS's form: 16 characters. AWS has one for
// each attempt; ours is that of the planned time (inferred), so that it tells a
// repeat.
func (r *run) execution() string {
	sum := sha256.Sum256([]byte(r.id))
	return hex.EncodeToString(sum[:8])
}

// notification is what is sent where there is no input; its detail is a text
// (seen in public samples).
func (r *run) notification() string {
	e := r.event("aws.scheduler", "Scheduled Event", []string{r.ARN()}, json.RawMessage(`"{}"`))
	b, err := e.Envelope()
	if err != nil { // its parts are JSON
		return "{}"
	}
	return string(b)
}

func (r *run) event(source, detailType string, resources []string, detail json.RawMessage) event.Event {
	return event.Event{
		ID: r.id, Source: source, DetailType: detailType, Account: r.Account, Region: r.Region,
		Time: r.now, Resources: resources, Detail: detail,
	}
}

// toBus makes an event of the input.
func (r *run) toBus(d targets.Delivery) ([]targets.Delivery, error) {
	detail := "{}"
	if r.Target.Input != "" {
		detail = d.Message
	}
	if !isObject(detail) { // once the context attributes were filled in
		return nil, fmt.Errorf("the input is not a JSON object: %s", detail)
	}
	e := r.event(r.Target.Event.Source, r.Target.Event.DetailType, nil, json.RawMessage(detail))
	b, err := e.Envelope()
	if err != nil {
		return nil, fmt.Errorf("the event cannot be made: %w", err)
	}
	d.Original, d.Message = detail, string(b)
	return []targets.Delivery{d}, nil
}
