package topic

import (
	"context"
	"errors"
	"strings"

	"skywatch/targets"
)

// Mailer sends mail. A *targets.Failure says whether to try again.
type Mailer interface {
	Send(context.Context, Mail) error
}

// Mail is what a subscriber by mail gets.
type Mail struct {
	// ID is the same for each attempt.
	ID string
	// Name is shown as the sender's, where it is not empty.
	Name        string
	To, Subject string
	// Text is the whole body, Link what its footer or its request leads to,
	// with the words for it.
	Text       string
	Link, Says string
	// JSON says that Text is for programs: no other form goes with it.
	JSON bool
}

var errNoMail = errors.New("email delivery is not configured")

// sendMail carries a delivery to a subscriber by mail.
func (s *Service) sendMail(ctx context.Context, d *targets.Delivery, n *note, sub *Subscription) error {
	if s.Mail == nil {
		return &targets.Failure{Code: targets.NoResource, Permanent: true, Err: errNoMail}
	}
	m := Mail{ID: d.ID, Name: n.DisplayName, To: n.Endpoint, Subject: d.Subject}
	if m.Subject == "" {
		m.Subject = "Notification from " + topicOf(d.Cause)
	}
	var err error
	switch {
	case n.Protocol == emailJSONProtocol:
		m.Text, err = s.envelope(d, n, sub, n.SignatureVersion)
		m.JSON = true
	default:
		m.compose(d, n, sub)
	}
	if n.Type == confirmation {
		m.Subject = "AWS Notification - Subscription Confirmation"
	}
	if err != nil {
		return err
	}
	return s.Mail.Send(ctx, m)
}

// compose writes the mail for people.
func (m *Mail) compose(d *targets.Delivery, n *note, sub *Subscription) {
	switch n.Type {
	case confirmation:
		m.Text = "You have chosen to subscribe to the topic:\n" + d.Cause +
			"\n\nTo confirm this subscription, click or visit the link below (if this was in error no action is necessary):"
		m.Link, m.Says = subscribeURL(sub.Base, d.Cause, n.Token), "Confirm subscription"
	case farewell:
		m.Subject = "AWS Notification - Unsubscribe Confirmation"
		m.Text = "Your subscription to the topic below has been deactivated:\n" + d.Cause +
			"\n\nTo restore it, click or visit the link below:"
		m.Link, m.Says = subscribeURL(sub.Base, d.Cause, n.Token), "Subscribe again"
	default:
		m.Text = d.Message + "\n\n--\nIf you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:"
		m.Link, m.Says = unsubscribeURL(sub.Base, sub.ARN()), "Unsubscribe"
	}
}

func topicOf(topicARN string) string { return topicARN[strings.LastIndexByte(topicARN, ':')+1:] }
