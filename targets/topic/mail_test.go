package topic_test

import (
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/emersion/go-smtp"

	"skywatch/targets"
	"skywatch/targets/mail"
	"skywatch/targets/mail/mailtest"
	"skywatch/targets/topic"
)

// withMail gives the rig a relay that answers recipients with what answer says.
func (r *rig) withMail(answer func(to string) error) *mailtest.Relay {
	r.t.Helper()
	relay := mailtest.Start(r.t, mailtest.Options{Answer: answer})
	sender, err := mail.New(mail.Options{Relay: relay.Addr, From: "sky@sky.example", TLS: mail.Plain})
	r.must(err)
	r.t.Cleanup(sender.Close)
	r.topics.Mail = sender
	return relay
}

func TestMailTheWholeWay(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	relay := r.withMail(nil)
	n := r.topic("alerts")
	r.must(r.topics.SetAttribute(t.Context(), n, "DisplayName", "Night\r\nBcc: x@b.example"))
	sub, err := r.topics.Subscribe(t.Context(), n, "email", "a@b.example", nil, base)
	r.must(err)
	ask := <-relay.Mails
	r.ended("")
	link := "http://127.0.0.1:4582/?Action=ConfirmSubscription&TopicArn=" + n.ARN() + "&Token=" + sub.Token
	if ask.Subject != "AWS Notification - Subscription Confirmation" || ask.To[0] != "a@b.example" || ask.Header.Get("Bcc") != "" ||
		!strings.Contains(ask.Text, n.ARN()) || !strings.Contains(ask.Text, "\n"+link+"\n") || !strings.Contains(ask.HTML, strings.ReplaceAll(link, "&", "&amp;")) {
		t.Errorf("request to confirm %+v", ask)
	}
	r.publish(n, topic.Message{Body: "too early"})
	_, err = r.topics.Confirm(t.Context(), n, sub.Token, false, false)
	r.must(err)
	r.publish(n, topic.Message{Body: `{"default":"for all","email":"for people"}`, Structured: true})
	got := <-relay.Mails
	r.ended("")
	if got.Subject != "Notification from alerts" || !strings.HasPrefix(got.Text, "for people\n\n--\n") || !strings.Contains(got.HTML, ">Unsubscribe</a>") ||
		!strings.Contains(got.Text, base+"/?Action=Unsubscribe&SubscriptionArn="+sub.ARN()) {
		t.Errorf("mail %+v", got)
	}
	r.publish(n, topic.Message{Subject: "own", Body: "m"})
	if got := <-relay.Mails; got.Subject != "own" {
		t.Errorf("subject %q", got.Subject)
	}
	r.ended("")
	r.must(r.topics.Unsubscribe(t.Context(), sub.ID, false))
	if got := <-relay.Mails; got.Subject != "AWS Notification - Unsubscribe Confirmation" || !strings.Contains(got.Text, "Action=ConfirmSubscription") {
		t.Errorf("farewell %+v", got)
	}
	r.ended("")
	if len(relay.Mails) > 0 {
		t.Errorf("there was more mail: %+v", <-relay.Mails)
	}
}

// Mail for programs is the envelope that http subscribers read, signed.
func TestMailAsJSON(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	relay := r.withMail(nil)
	n := r.topic("alerts")
	sub, err := r.topics.Subscribe(t.Context(), n, "email-json", "a@b.example", nil, base)
	r.must(err)
	read := func() func(string) string {
		t.Helper()
		got := <-relay.Mails
		r.ended("")
		var e map[string]any
		if err := json.Unmarshal([]byte(got.Text), &e); err != nil || got.HTML != "" {
			t.Fatalf("mail %+v: %v", got, err)
		}
		return func(name string) string { s, _ := e[name].(string); return s }
	}
	ask := read()
	if ask("Type") != "SubscriptionConfirmation" || ask("Token") != sub.Token {
		t.Errorf("asked with %s", ask("Type"))
	}
	verify(t, ask, strings.TrimPrefix(ask("SigningCertURL"), base))
	_, err = r.topics.Confirm(t.Context(), n, sub.Token, false, false)
	r.must(err)
	r.publish(n, topic.Message{Subject: "s", Body: "m"})
	is := read()
	if is("Message") != "m" || is("Subject") != "s" {
		t.Errorf("message %s", is("Message"))
	}
	verify(t, is, strings.TrimPrefix(is("SigningCertURL"), base))
}

// A relay that says "later" is asked again after ten seconds; one that says no
// is not.
func TestMailAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	var asked atomic.Int64
	relay := r.withMail(func(to string) error {
		switch n := asked.Add(1); {
		case to == "nobody@b.example":
			return &smtp.SMTPError{Code: 550, Message: "no such user"}
		case n <= 2:
			return &smtp.SMTPError{Code: 451, Message: "greylisted"}
		}
		return nil
	})
	n := r.topic("t")
	_, err := r.topics.Subscribe(t.Context(), n, "email", "a@b.example", nil, base)
	r.must(err)
	r.clock.advance(10 * time.Second)
	r.clock.advance(10 * time.Second)
	<-relay.Mails
	if o := r.ended(""); o.Delivery.Attempts != 3 {
		t.Errorf("%d attempts", o.Delivery.Attempts)
	}
	_, err = r.topics.Subscribe(t.Context(), n, "email", "nobody@b.example", nil, base)
	r.must(err)
	if o := <-r.outcomes; o.Code != targets.ClientError || o.Delivery.Attempts != 1 {
		t.Errorf("ended %+v", o)
	}
}

func TestMailRefusals(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	subscribe := func(address string, attributes map[string]string) string {
		_, err := r.topics.Subscribe(t.Context(), n, "email", address, attributes, base)
		return told(err)
	}
	if got := subscribe("a@b.example", nil); got != "email delivery is not configured" {
		t.Errorf("without a relay: %s", got)
	}
	r.withMail(nil)
	for _, wrong := range []string{"", "a", "a@b.example, c@d.example", "A <a@b.example>", "a@b.example\r\nRCPT TO:<v@b.example>"} {
		if got := subscribe(wrong, nil); got != "Invalid parameter: Email address" {
			t.Errorf("%q: %s", wrong, got)
		}
	}
	if got := subscribe("a@b.example", map[string]string{"RawMessageDelivery": "true"}); got != "Invalid parameter: Attributes Reason: RawMessageDelivery: Delivery protocol [email] does not support raw message delivery." {
		t.Errorf("raw: %s", got)
	}
	if got := subscribe("a@b.example", map[string]string{"DeliveryPolicy": "{}"}); !strings.Contains(got, "does not support delivery policies") {
		t.Errorf("with a policy: %s", got)
	}
}
