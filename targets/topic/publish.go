package topic

import (
	"context"
	"encoding/json"
	"time"
	"unicode"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets"
)

// maxMessage bounds a message with its attributes, in bytes.
const maxMessage = 262_144

// maxSubject is in characters.
const maxSubject = 100

// Message is what is published.
type Message struct {
	Subject string
	Body    string
	// Structured says that Body is a JSON object of texts by protocol, with
	// one for "default".
	Structured bool
	Attributes map[string]targets.Attribute

	texts map[string]string // of a structured message
	// ofFailure is the Delivery.OfFailure of what brought the message.
	ofFailure bool
}

// check holds a message against the rules of Publish.
func (m *Message) check() error {
	size := len(m.Body)
	for name, a := range m.Attributes {
		size += a.Size(name)
	}
	switch {
	case m.Body == "":
		return invalid("Empty message").On("Message")
	case size > maxMessage:
		return invalid("Message too long").On("Message")
	case !goodSubject(m.Subject):
		return invalid("Subject").On("Subject")
	}
	for _, name := range sorted(m.Attributes) {
		if err := m.Attributes[name].Check(name); err != nil {
			f := *fault.Of(err)
			f.Subject = "message-attribute"
			return &f
		}
	}
	if m.Structured {
		return m.structure()
	}
	return nil
}

// goodSubject: ASCII that begins with a letter, a digit or punctuation, without
// line breaks and control characters.
func goodSubject(s string) bool {
	for i, r := range s {
		if r > unicode.MaxASCII || unicode.IsControl(r) || i == 0 && r == ' ' {
			return false
		}
	}
	return len(s) <= maxSubject
}

// structure reads the texts of a structured message.
func (m *Message) structure() error {
	var parts map[string]any
	if err := json.Unmarshal([]byte(m.Body), &parts); err != nil {
		return invalid("Message Structure - JSON message body failed to parse").On("Message")
	}
	m.texts = map[string]string{}
	for k, v := range parts {
		if text, ok := v.(string); ok {
			m.texts[k] = text
		}
	}
	if _, ok := m.texts["default"]; !ok {
		return invalid("Message Structure - No default entry in JSON message body").On("Message")
	}
	return nil
}

// text is what subscribers of a protocol read.
func (m *Message) text(protocol string) string {
	if !m.Structured {
		return m.Body
	}
	if t, ok := m.texts[protocol]; ok {
		return t
	}
	return m.texts["default"]
}

// Publish sends a message to the subscribers of a topic.
func (s *Service) Publish(ctx context.Context, n Name, m Message) (messageID string, err error) {
	if err := m.check(); err != nil {
		return "", err
	}
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		messageID, err = s.publish(tx, n, &m)
		return err
	})
	return messageID, err
}

// Deliver publishes a delivery whose target is a topic, within tx.
func (s *Service) Deliver(tx *catalog.Tx, d targets.Delivery) error {
	tenant, err := TenantOf(d.Target)
	if err != nil {
		return err
	}
	n, err := ParseName(tenant, "TopicArn", d.Target)
	if err != nil {
		return err
	}
	m := Message{Subject: d.Subject, Body: d.Message, Attributes: d.Attributes, ofFailure: d.OfFailure}
	if err := m.check(); err != nil {
		return err
	}
	_, err = s.publish(tx, n, &m)
	return err
}

// publish is the fan-out: one effect per subscriber, all within tx.
func (s *Service) publish(tx *catalog.Tx, n Name, m *Message) (messageID string, err error) {
	t, err := getTopic(tx, n)
	if err != nil {
		return "", err
	}
	id := uuid.NewString()
	at := s.now()
	var all []Subscription
	err = each(tx, n, func(sub *Subscription) error {
		if !sub.Pending {
			all = append(all, *sub)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	for i := range all {
		if err := s.hand(tx, &t, &all[i], m, id, at); err != nil {
			return "", err
		}
	}
	return id, nil
}

// hand gives a message to one subscriber.
func (s *Service) hand(tx *catalog.Tx, t *record, sub *Subscription, m *Message, messageID string, at time.Time) error {
	nt := note{Type: notification, MessageID: messageID, Time: at, ofFailure: m.ofFailure}
	text := m.text(sub.Protocol)
	if sub.Protocol != "sqs" {
		return s.enqueue(tx, t, sub, nt, text, m.Subject, m.Attributes)
	}
	d := s.delivery(t, sub, nt, text, m.Subject, m.Attributes)
	d.Target = sub.Endpoint
	if !sub.Raw {
		e, err := s.envelope(&d, &nt, sub, t.signatureVersion())
		if err != nil {
			return err
		}
		d.Message, d.Subject, d.Attributes = e, "", nil
	}
	return s.Outbox.Enqueue(tx, d)
}

func (s *Service) delivery(t *record, sub *Subscription, nt note, text, subject string, attributes map[string]targets.Attribute) targets.Delivery {
	return targets.Delivery{
		ID: nt.MessageID + "." + sub.ID.ID, Tenant: metric.Tenant{Account: t.Account, Region: t.Region},
		Cause: t.ARN(), Target: sub.ARN(), Kind: DeliveryKind,
		Subject: subject, Message: text, Attributes: attributes, Created: s.now(), OfFailure: nt.ofFailure,
	}
}

// enqueue leaves a message for an http subscriber in the outbox.
func (s *Service) enqueue(tx *catalog.Tx, t *record, sub *Subscription, nt note, text, subject string, attributes map[string]targets.Attribute) error {
	if nt.Time.IsZero() {
		nt.Time = s.now()
	}
	p := effectivePolicy(t, sub)
	nt.Endpoint, nt.Base, nt.Raw = sub.Endpoint, sub.Base, sub.Raw
	nt.SignatureVersion, nt.ContentType = t.signatureVersion(), p.Request.ContentType
	d := s.delivery(t, sub, nt, text, subject, attributes)
	d.Context = nt.String()
	d.Retry = p.retry()
	return s.Outbox.Enqueue(tx, d)
}
