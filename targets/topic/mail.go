package topic

import (
	"context"
	"errors"
	"strings"
	"time"

	"skywatch/targets"
	"skywatch/targets/mail"
	"skywatch/targets/notice"
)

var errNoMail = errors.New("email delivery is not configured")

// sendMail carries a delivery to a subscriber by mail.
func (s *Service) sendMail(ctx context.Context, d *targets.Delivery, n *note, sub *Subscription) error {
	if s.Mail == nil {
		return &targets.Failure{Code: targets.NoResource, Permanent: true, Err: errNoMail}
	}
	m := mail.Message{ID: d.ID, Name: n.DisplayName, To: n.Endpoint, Subject: d.Subject}
	switch n.Type {
	case confirmation:
		m.Subject = "AWS Notification - Subscription Confirmation"
	case farewell:
		m.Subject = "AWS Notification - Unsubscribe Confirmation"
	}
	if n.Protocol != emailJSONProtocol {
		compose(&m, d, n, sub)
		return s.Mail.Send(ctx, m)
	}
	if m.Subject == "" {
		m.Subject = "Notification from " + topicOf(d.Cause)
	}
	text, err := s.envelope(d, n, sub, n.SignatureVersion)
	if err != nil {
		return err
	}
	m.Text, m.Alone = text, true
	return s.Mail.Send(ctx, m)
}

// compose writes the mail for people.
func compose(m *mail.Message, d *targets.Delivery, n *note, sub *Subscription) {
	switch n.Type {
	case confirmation:
		m.Text = "You have chosen to subscribe to the topic:\n" + d.Cause +
			"\n\nTo confirm this subscription, click or visit the link below (if this was in error no action is necessary):"
		m.Link, m.Says = subscribeURL(sub.Base, d.Cause, n.Token), "Confirm subscription"
	case farewell:
		m.Text = "Your subscription to the topic below has been deactivated:\n" + d.Cause +
			"\n\nTo restore it, click or visit the link below:"
		m.Link, m.Says = subscribeURL(sub.Base, d.Cause, n.Token), "Subscribe again"
	default:
		notify(m, d, n.Time)
		m.Footer = "If you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:"
		m.Link, m.Says, m.Leave = unsubscribeURL(sub.Base, sub.ARN()), "Unsubscribe", true
	}
}

// notify fills in what was published: an alarm's message as a sheet, everything
// else as it is.
func notify(m *mail.Message, d *targets.Delivery, at time.Time) {
	is := notice.Read(notice.Message{ID: d.ID, Cause: d.Cause, Subject: d.Subject, Body: d.Message, At: at})
	if is.Kind == notice.OfAlarm {
		m.Sheet = alarmSheet(&is)
	} else {
		m.Text = d.Message
	}
	switch {
	case m.Subject != "":
	case is.Kind == notice.OfAlarm:
		m.Subject = is.Title
	default:
		m.Subject = "Notification from " + topicOf(d.Cause)
	}
}

func topicOf(topicARN string) string { return topicARN[strings.LastIndexByte(topicARN, ':')+1:] }
