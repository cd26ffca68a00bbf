package topic

import (
	"context"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/targets"
)

// Publish sends a message to the subscribers of a topic.
func (s *Service) Publish(ctx context.Context, n Name, m Message) (is Published, err error) {
	if err := m.check(); err != nil {
		return is, err
	}
	if err := s.prepare(n, &m); err != nil {
		return is, err
	}
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		is, err = s.publish(tx, n, &m)
		return err
	})
	return is, err
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
	if err := turn(tx, n, &d); err != nil {
		return err
	}
	m := Message{
		Subject: d.Subject, Body: d.Message, Attributes: d.Attributes, Group: d.Group, Deduplication: d.Deduplication, Trace: d.Trace, ofFailure: d.OfFailure,
	}
	if err := m.check(); err != nil {
		return err
	}
	_, err = s.publish(tx, n, &m)
	return err
}

// publish is the fan-out: one effect per subscriber, all within tx. It writes
// nothing where it returns a fault.
func (s *Service) publish(tx *catalog.Tx, n Name, m *Message) (is Published, err error) {
	of, err := audienceOf(tx, n)
	if err != nil {
		return is, err
	}
	t := of.topic
	if err := t.checkFifo(m); err != nil {
		return is, err
	}
	if m.id == "" {
		m.id, m.at = uuid.NewString(), s.now()
	}
	is.MessageID = m.id
	if t.fifo() {
		if was, ok, err := s.was(tx, &t, m); err != nil || ok {
			s.observe(tx, n, m, nil)
			return was.Published, err
		}
		if err := t.number(tx, m, &is, s.now()); err != nil {
			return is, err
		}
	}
	all, rejected, err := s.listeners(of.subscriptions, m)
	if err != nil {
		return is, err
	}
	s.observe(tx, n, m, rejected)
	nt := note{
		Type: notification, MessageID: is.MessageID, Time: m.at, DisplayName: t.DisplayName,
		signatures: m.signatures, ofFailure: m.ofFailure, sequence: is.Sequence, group: m.Group, deduplication: m.Deduplication, trace: m.Trace,
	}
	for i := range all {
		if err := s.enqueue(tx, &t, &all[i], nt, m.text(all[i].Protocol), m.Subject, m.Attributes); err != nil {
			return is, err
		}
	}
	return is, nil
}

// audience is a topic and who has subscribed to it.
type audience struct {
	topic         record
	subscriptions []Subscription
}

type audienceKey struct{ Name }

// audienceOf reads a topic, once in a transaction: a storm of alarms publishes many
// messages in one.
func audienceOf(tx *catalog.Tx, n Name) (*audience, error) {
	known := catalog.Local(tx, audienceKey{n}, func() *audience { return &audience{} })
	if !known.topic.Created.IsZero() {
		return known, nil
	}
	t, err := getTopic(tx, n)
	if err != nil {
		return nil, err
	}
	var all []Subscription
	err = each(tx, n, func(sub *Subscription) error {
		all = append(all, *sub)
		return nil
	})
	if err == nil {
		*known = audience{t, all}
	}
	return known, err
}

// listeners are the subscriptions that get a message; rejected says why others do
// not, that would without their filters.
func (s *Service) listeners(of []Subscription, m *Message) (all []Subscription, rejected []Rejection, err error) {
	for i := range of {
		sub := &of[i]
		if sub.Pending {
			continue
		}
		ok, err := s.takes(sub, m)
		switch {
		case err != nil:
			return nil, nil, err
		case ok:
			all = append(all, *sub)
		default:
			rejected = append(rejected, sub.whyNot(m))
		}
	}
	return all, rejected, nil
}

func (s *Service) delivery(t *record, sub *Subscription, nt note, text, subject string, attributes map[string]targets.Attribute) targets.Delivery {
	d := targets.Delivery{
		ID: nt.MessageID + "." + sub.ID.ID, Tenant: metric.Tenant{Account: t.Account, Region: t.Region},
		Cause: t.ARN(), Target: sub.ARN(), Kind: DeliveryKind, Group: nt.group, Deduplication: nt.deduplication,
		Subject: subject, Message: text, Attributes: attributes, Created: s.now(), OfFailure: nt.ofFailure, Trace: nt.trace,
		DeadLetter: sub.deadLetter(),
	}
	if nt.sequence != "" { // what waits for the same time goes in the order of IDs
		d.ID = nt.sequence + "." + d.ID
	}
	return d
}

// enqueue leaves a message for a subscriber in the outbox.
func (s *Service) enqueue(tx *catalog.Tx, t *record, sub *Subscription, nt note, text, subject string, attributes map[string]targets.Attribute) error {
	if nt.Time.IsZero() {
		nt.Time = s.now()
	}
	d := s.delivery(t, sub, nt, text, subject, attributes)
	address := s.addressAbroad
	if sub.atHome() {
		address = s.addressAtHome
	}
	if err := address(t, sub, nt, &d); err != nil {
		return err
	}
	return s.Outbox.Enqueue(tx, d)
}

// addressAtHome makes the delivery one to a queue, a function or an API
// destination.
func (s *Service) addressAtHome(t *record, sub *Subscription, nt note, d *targets.Delivery) (err error) {
	d.Target, d.Retry = sub.Endpoint, managedRetry()
	if sub.byDestination() {
		d.Retry = effectivePolicy(t, sub).retry()
	}
	switch {
	case sub.Protocol == lambdaProtocol:
		d.Message, err = s.event(d, &nt, sub, t.signatureVersion())
	case sub.Raw:
		return nil
	default:
		d.Message, err = s.envelope(d, &nt, sub, t.signatureVersion())
	}
	d.Subject, d.Attributes = "", nil
	return err
}

// addressAbroad leaves the delivery to Send, which writes what the subscriber
// gets when it is due: it may be much more than the message. A dead letter is
// written now.
func (s *Service) addressAbroad(t *record, sub *Subscription, nt note, d *targets.Delivery) (err error) {
	p := effectivePolicy(t, sub)
	nt.Protocol, nt.Endpoint, nt.Base, nt.Raw = sub.Protocol, sub.Endpoint, sub.Base, sub.Raw
	nt.SignatureVersion, nt.ContentType = t.signatureVersion(), p.Request.ContentType
	d.Context = nt.String()
	d.Retry = p.retry()
	if byMail(sub.Protocol) {
		d.Retry = customerRetry()
	}
	if nt.Type != notification {
		d.DeadLetter = "" // only what was published goes there
	}
	if d.DeadLetter != "" && !sub.Raw {
		d.Original, err = s.envelope(d, &nt, sub, t.signatureVersion())
	}
	return err
}
