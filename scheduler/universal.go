package scheduler

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"skywatch/event"
	"skywatch/internal/arn"
	"skywatch/targets"
)

// A universal target names an operation of the AWS SDK, and its input is that
// operation's. Three of them are what this house does itself; a delivery to any
// other ends with NO_RESOURCE, as one to any target that nothing carries to.

// universal turns a call of an operation into deliveries.
func (r *run) universal(d targets.Delivery, operation string) ([]targets.Delivery, error) {
	d.Original = d.Message
	switch operation {
	case "sqs:sendMessage":
		return r.sendMessage(d)
	case "sns:publish":
		return r.publish(d)
	case "eventbridge:putEvents":
		return r.putEvents(d)
	}
	d.Original = ""
	return []targets.Delivery{d}, nil
}

// read reads the input of an operation; a member that is not one of to's is an
// error, since nothing would act on it.
func read(input string, to any) error {
	dec := json.NewDecoder(bytes.NewReader([]byte(input)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(to); err != nil {
		return fmt.Errorf("the input is not one that the operation takes here: %w", err)
	}
	return nil
}

// attribute is a message attribute as SQS and SNS have it.
type attribute struct {
	DataType    string
	StringValue string
	BinaryValue []byte
}

func attributes(in map[string]attribute) map[string]targets.Attribute {
	if len(in) == 0 {
		return nil
	}
	out := map[string]targets.Attribute{}
	for name, a := range in {
		out[name] = targets.Attribute{Type: a.DataType, String: a.StringValue, Binary: a.BinaryValue}
	}
	return out
}

func (r *run) sendMessage(d targets.Delivery) ([]targets.Delivery, error) {
	var in struct {
		QueueURL          string `json:"QueueUrl"`
		MessageBody       string
		MessageGroupID    string `json:"MessageGroupId"`
		MessageAttributes map[string]attribute
	}
	if err := read(d.Message, &in); err != nil {
		return nil, err
	}
	parts := strings.Split(in.QueueURL, "/")
	if len(parts) < 2 || in.MessageBody == "" {
		return nil, errors.New("QueueUrl and MessageBody are required")
	}
	account, queue := parts[len(parts)-2], parts[len(parts)-1]
	d.Target = arn.New("sqs", r.Region, account, queue).String()
	d.Message, d.Group, d.Attributes = in.MessageBody, in.MessageGroupID, attributes(in.MessageAttributes)
	return []targets.Delivery{d}, nil
}

func (r *run) publish(d targets.Delivery) ([]targets.Delivery, error) {
	var in struct {
		TopicARN          string `json:"TopicArn"`
		Message, Subject  string
		MessageAttributes map[string]attribute
	}
	if err := read(d.Message, &in); err != nil {
		return nil, err
	}
	if targets.KindOf(in.TopicARN) != targets.Topic || in.Message == "" {
		return nil, errors.New("TopicArn and Message are required")
	}
	d.Target, d.Message, d.Subject, d.Attributes = in.TopicARN, in.Message, in.Subject, attributes(in.MessageAttributes)
	return []targets.Delivery{d}, nil
}

// mostEntries is how many events a PutEvents takes (API model).
const mostEntries = 10

func (r *run) putEvents(d targets.Delivery) ([]targets.Delivery, error) {
	var in struct {
		Entries []struct {
			Source, DetailType, Detail, EventBusName string
			Resources                                []string
			Time                                     time.Time
		}
	}
	if err := read(d.Message, &in); err != nil {
		return nil, err
	}
	if n := len(in.Entries); n == 0 || n > mostEntries {
		return nil, fmt.Errorf("there must be 1 to %d Entries", mostEntries)
	}
	var all []targets.Delivery
	for i, e := range in.Entries {
		if e.Source == "" || e.DetailType == "" || !isObject(e.Detail) {
			return nil, fmt.Errorf("entry %d needs a Source, a DetailType, and a Detail that is a JSON object", i+1)
		}
		if strings.HasPrefix(e.Source, "aws.") {
			return nil, fmt.Errorf("entry %d: not authorized for the source", i+1)
		}
		ev := r.event(e.Source, e.DetailType, e.Resources, json.RawMessage(e.Detail))
		ev.ID = uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "%s %d", r.id, i)).String()
		if !event.ValidTime(e.Time) {
			return nil, fmt.Errorf("entry %d: the year of its Time in UTC is not of four digits", i+1)
		}
		if !e.Time.IsZero() {
			ev.Time = e.Time
		}
		b, err := ev.Envelope()
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", i+1, err)
		}
		put := d
		put.ID, put.Target, put.Message = ev.ID, r.bus(e.EventBusName), string(b)
		all = append(all, put)
	}
	return all, nil
}

// bus returns the ARN of a bus that is given by name, ARN or not at all.
func (r *run) bus(name string) string {
	if targets.KindOf(name) == targets.Bus {
		return name
	}
	if name == "" {
		name = "default"
	}
	return arn.New("events", r.Region, r.Account, "event-bus/"+name).String()
}
