package targets

import (
	"encoding/json"
	"time"

	"skywatch/metric"
)

// Delivery is one message on its way to one target. Whoever causes it commits
// it to the outbox in the transaction of the cause.
type Delivery struct {
	// ID is the idempotency key: unique, stable over all attempts, and shown
	// to the receiver.
	ID string
	metric.Tenant
	// Cause is the ARN of what made it: an alarm, a topic, a rule.
	Cause string
	// Target is the ARN that receives it.
	Target string
	// Kind tells the causes of one room apart and is given back with the
	// Outcome ("alarm-action", "topic-subscription").
	Kind string
	// Subject is the subject line for targets that have one (topics).
	Subject string `json:",omitempty"`
	// Message is the body.
	Message string
	// Attributes are passed on with the message where the target has such.
	Attributes map[string]Attribute `json:",omitempty"`
	// Group is the message group for targets that keep order within such (FIFO
	// queues).
	Group string `json:",omitempty"`
	// Deduplication is the deduplication id for FIFO queues; empty: one that is
	// made from ID.
	Deduplication string `json:",omitempty"`
	// Parameters are what the kind of target takes beside the message (the
	// HttpParameters of an API destination), in a form that belongs to the kind
	// and with everything that comes from the event filled in.
	Parameters json.RawMessage `json:",omitempty"`
	// Shaped says that the cause chose the form of Message itself, which a
	// template of the target (an API destination) leaves as it is then.
	Shaped bool `json:",omitempty"`
	// Unsendable says why there is nothing to send: the delivery ends without an
	// attempt, as one that the target refuses for good.
	Unsendable string `json:",omitempty"`
	// OfFailure marks a delivery that tells of another one's failure: its own is
	// not told, so that nothing runs in a circle. Who passes a message on, passes
	// the mark on with it.
	OfFailure bool `json:",omitempty"`
	// AttemptMark, where it is set, is a text that stands for the number of the
	// attempt in Message and Original: each attempt sends its own, from 1.
	AttemptMark string `json:",omitempty"`
	// Trace is the X-Ray trace header that came with the cause, for targets that
	// pass one on (queues).
	Trace string `json:",omitempty"`
	// Context is the cause's own note, given back with the Outcome; the target
	// never sees it.
	Context string `json:",omitempty"`
	Created time.Time
	// Retry is what the cause wants; nil means GeneralRetry.
	Retry *Retry `json:",omitempty"`
	// DeadLetter is the ARN of the queue that gets the delivery when it is given
	// up, a FIFO queue only if there is a Group; empty means that it is dropped
	// then.
	DeadLetter string `json:",omitempty"`
	// Original is the event that Message was made from, where they differ: the
	// body of the dead letter.
	Original string `json:",omitempty"`
	// LetterAttributes are those of the dead letter beside, or in place of, what
	// every dead letter has.
	LetterAttributes map[string]string `json:",omitempty"`

	// Attempts and what follows are the engine's. An attempt counts
	// from the moment it begins.
	Attempts    int
	NextAttempt time.Time
	LastError   string `json:",omitempty"`
	LastCode    string `json:",omitempty"`
	// Tried are the last attempts.
	Tried []Attempt `json:",omitempty"`
}

// Attribute is a typed value beside a message, as topics and queues have it.
type Attribute struct {
	// Type is String, Number or Binary, with an optional ".label".
	Type   string
	String string `json:",omitempty"`
	Binary []byte `json:",omitempty"`
}

// Outcome is how a delivery ended.
type Outcome struct {
	Delivery Delivery
	// Err is empty when the target took the delivery; otherwise the delivery
	// is given up and Err says why, beginning with the code.
	Err string
	// Code is the failure's code (NoResource, ...), empty on success; Reason is
	// the failure's text alone.
	Code, Reason string
	// Exhausted is the limit that ended the retries (MaximumRetryAttempts,
	// MaximumEventAgeInSeconds), empty where none did.
	Exhausted string
	// Buried says that the delivery was put into its dead-letter queue;
	// LetterErr why that queue did not take it, where it has one.
	Buried    bool
	LetterErr string
	At        time.Time
}
