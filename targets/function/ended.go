package function

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/targets"
)

// record tells a destination of an invocation, in the order of AWS's (Lambda
// developer guide, "Invocation records").
type record struct {
	Version         string           `json:"version"`
	Timestamp       string           `json:"timestamp"`
	RequestContext  requestContext   `json:"requestContext"`
	RequestPayload  json.RawMessage  `json:"requestPayload"`
	ResponseContext *responseContext `json:"responseContext,omitempty"`
	ResponsePayload json.RawMessage  `json:"responsePayload,omitempty"`
}

type requestContext struct {
	RequestID              string `json:"requestId"`
	FunctionARN            string `json:"functionArn"`
	Condition              string `json:"condition"`
	ApproximateInvokeCount int    `json:"approximateInvokeCount"`
}

type responseContext struct {
	StatusCode      int    `json:"statusCode"`
	ExecutedVersion string `json:"executedVersion"`
	FunctionError   string `json:"functionError,omitempty"`
}

// Ended hears how an invocation ended and tells its destination and its
// dead-letter queue, within the transaction of the end.
func (s *Service) Ended(tx *catalog.Tx, o targets.Outcome) error {
	d := &o.Delivery
	tx.After(func() { s.results.forget(d.ID) })
	n, ok := parseInvocation(d.Target)
	if !ok {
		return nil
	}
	var as note
	if err := json.Unmarshal([]byte(d.Context), &as); err != nil {
		return nil // it was given up for that
	}
	is, ok := s.results.get(d.ID)
	if !ok || o.Exhausted != "" {
		is.condition = overaged
		is.invokes = functionErrors(d)
	}
	v, err := s.resolve(tx, n, as.Qualifier, 1)
	if err != nil {
		return nil // the function is gone, and with it where its results went
	}
	config, _, err := asyncConfig.Get(tx, n.asyncKey(as.Qualifier)...)
	if err != nil {
		return err
	}
	told := sender{s: s, tx: tx, o: &o, n: n, as: as, is: is}
	if o.Err == "" {
		return told.record(config.OnSuccess)
	}
	if err := told.record(config.OnFailure); err != nil {
		return err
	}
	return told.letter(v.DeadLetter)
}

// sender commits what is told of an invocation's end.
type sender struct {
	s  *Service
	tx *catalog.Tx
	o  *targets.Outcome
	n  Name
	as note
	is result
}

// record sends the record of the invocation to a destination, if there is one.
func (t *sender) record(to string) error {
	if to == "" {
		return nil
	}
	message, err := t.text()
	if err == nil && targets.KindOf(to) == targets.Bus {
		message, err = t.event(to, message)
	}
	if err != nil {
		return err
	}
	return t.send(targets.Delivery{Target: to, Message: string(message)})
}

func (t *sender) send(d targets.Delivery) error {
	d.ID, d.Tenant, d.Cause, d.Kind, d.OfFailure = uuid.NewString(), t.n.Tenant, t.n.ARN(), DestinationKind, t.o.Err != "" || t.o.Delivery.OfFailure
	d.Trace = t.as.Trace
	if t.is.ran {
		d.Trace = t.n.next(d.Trace, t.s.now())
	}
	return t.s.Outbox.Enqueue(t.tx, d)
}

// arn is the function's, with the qualifier that the caller used.
func (t *sender) arn() string {
	if t.as.Qualifier == "" {
		return t.n.Qualified(Latest)
	}
	return t.n.Qualified(t.as.Qualifier)
}

func (t *sender) text() ([]byte, error) {
	r := record{
		Version: "1.0", Timestamp: t.o.At.UTC().Format("2006-01-02T15:04:05.000Z"),
		RequestContext: requestContext{t.o.Delivery.ID, t.arn(), t.is.condition, t.is.invokes},
		RequestPayload: json.RawMessage(t.o.Delivery.Message),
	}
	if t.is.ran {
		r.ResponseContext = &responseContext{200, t.is.version, t.is.failure}
		r.ResponsePayload = t.is.payload
		if !json.Valid(t.is.payload) { // a function may answer with anything
			text, err := json.Marshal(string(t.is.payload))
			if err != nil {
				return nil, err
			}
			r.ResponsePayload = text
		}
	}
	return json.Marshal(r)
}

// event wraps a record for an event bus.
func (t *sender) event(bus string, detail []byte) ([]byte, error) {
	end := "Success"
	if t.o.Err != "" {
		end = "Failure"
	}
	return json.Marshal(event.Event{
		ID: uuid.NewString(), Source: "lambda", DetailType: "Lambda Function Invocation Result - " + end,
		Account: t.n.Account, Region: t.n.Region, Time: t.o.At.UTC().Truncate(time.Second),
		Resources: []string{bus, t.arn()}, Detail: detail,
	})
}

// longestErrorMessage is what of an error a dead letter has (Lambda developer
// guide, "Dead-letter queues").
const longestErrorMessage = 1 << 10

// letter sends the payload to the dead-letter queue or topic.
func (t *sender) letter(to string) error {
	if to == "" {
		return nil
	}
	message := t.o.Reason
	if t.is.ran {
		var told struct {
			ErrorMessage string `json:"errorMessage"`
		}
		if json.Unmarshal(t.is.payload, &told) == nil && told.ErrorMessage != "" {
			message = told.ErrorMessage
		}
	}
	attributes := map[string]targets.Attribute{
		"RequestID": {Type: "String", String: t.o.Delivery.ID},
		"ErrorCode": {Type: "Number", String: fmt.Sprint(t.status())},
	}
	if message = plain(message); message != "" { // a queue refuses empty ones
		attributes["ErrorMessage"] = targets.Attribute{Type: "String", String: message}
	}
	return t.send(targets.Delivery{Target: to, Message: t.o.Delivery.Message, Attributes: attributes})
}

// status is the ErrorCode of a dead letter: what a caller who waited would have
// been answered.
func (t *sender) status() int {
	if t.is.ran {
		return 200
	}
	return 429 // (inferred)
}

// plain makes any text one that a queue takes as an attribute.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if len(s) > longestErrorMessage {
		s = strings.ToValidUTF8(s[:longestErrorMessage], "")
	}
	return s
}
