package topic

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"skywatch/targets"
)

// DeliveryKind is the Kind of the deliveries to subscribers.
const DeliveryKind = "topic-subscription"

// Types of messages to subscribers.
const (
	notification = "Notification"
	confirmation = "SubscriptionConfirmation"
	farewell     = "UnsubscribeConfirmation"
)

// note is what a delivery to a subscriber carries beside the message.
type note struct {
	Type      string
	MessageID string
	Time      time.Time
	Token     string `json:",omitempty"`
	// As they were when the message was published. An empty Protocol is http.
	Protocol         string `json:",omitempty"`
	Endpoint, Base   string
	DisplayName      string `json:",omitempty"`
	Raw              bool   `json:",omitempty"`
	SignatureVersion string
	ContentType      string

	signatures map[string]string // the message's
	// Of the delivery, and not in its context.
	ofFailure            bool
	sequence             string
	group, deduplication string
	trace                string
}

func (n note) String() string {
	b, _ := json.Marshal(n) // strings and a time: cannot fail
	return string(b)
}

// timeForm is the form of Timestamp.
const timeForm = "2006-01-02T15:04:05.000Z"

// field is a member of an envelope.
type field struct{ name, value string }

// envelope is the JSON text that a subscriber gets.
func (s *Service) envelope(d *targets.Delivery, n *note, sub *Subscription, version string) (string, error) {
	fields, err := s.fields(d, n, sub, version)
	if err != nil {
		return "", err
	}
	return write(fields, d.Attributes), nil
}

// fields are the members of an envelope but for the attributes, signed.
func (s *Service) fields(d *targets.Delivery, n *note, sub *Subscription, version string) ([]field, error) {
	fields := unsigned(d, n, sub.Base)
	text := canonical(fields)
	signature, ok := n.signatures[version+text]
	if !ok {
		var err error
		if signature, err = s.Signer.sign(version, text); err != nil {
			return nil, err
		}
	}
	fields = append(fields, field{"SignatureVersion", version}, field{"Signature", signature}, field{"SigningCertURL", sub.Base + s.Signer.Path()})
	if n.Token == "" {
		fields = append(fields, field{"UnsubscribeURL", unsubscribeURL(sub.Base, sub.ARN())})
	}
	return fields, nil
}

// unsigned are the members that come before the signature.
func unsigned(d *targets.Delivery, n *note, base string) []field {
	fields := []field{{"Type", n.Type}, {"MessageId", n.MessageID}}
	if n.sequence != "" {
		fields = append(fields, field{"SequenceNumber", n.sequence})
	}
	if n.Token != "" {
		fields = append(fields, field{"Token", n.Token})
	}
	fields = append(fields, field{"TopicArn", d.Cause})
	if d.Subject != "" {
		fields = append(fields, field{"Subject", d.Subject})
	}
	fields = append(fields, field{"Message", d.Message})
	if n.Token != "" {
		fields = append(fields, field{"SubscribeURL", subscribeURL(base, d.Cause, n.Token)})
	}
	return append(fields, field{"Timestamp", n.Time.Format(timeForm)})
}

func subscribeURL(base, topic, token string) string {
	return base + "/?Action=ConfirmSubscription&TopicArn=" + escape(topic) + "&Token=" + token
}

func unsubscribeURL(base, subscription string) string {
	return base + "/?Action=Unsubscribe&SubscriptionArn=" + escape(subscription)
}

// escape leaves the colons of an ARN, as SNS does.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "%3A", ":") }

// signed are the members that a signature covers, in byte order of the names.
var signed = []string{"Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}

// canonical is the text that is signed: name and value of the members, each
// with a line feed behind.
func canonical(fields []field) string {
	var b strings.Builder
	for _, name := range signed {
		for _, f := range fields {
			if f.name == name {
				b.WriteString(name + "\n" + f.value + "\n")
			}
		}
	}
	return b.String()
}

// write gives the envelope in SNS's form: one member a line, in this order.
func write(fields []field, attributes map[string]targets.Attribute) string {
	var b strings.Builder
	for i, f := range fields {
		b.WriteString([2]string{"{\n", ",\n"}[min(i, 1)])
		fmt.Fprintf(&b, "  %s : %s", quote(f.name), quote(f.value))
	}
	if len(attributes) > 0 {
		b.WriteString(",\n  \"MessageAttributes\" : {\n")
		for i, name := range sorted(attributes) {
			if i > 0 {
				b.WriteString(",\n")
			}
			a := attributes[name]
			fmt.Fprintf(&b, "    %s : {\"Type\":%s,\"Value\":%s}", quote(name), quote(a.Type), quote(shownValue(a)))
		}
		b.WriteString("\n  }")
	}
	b.WriteString("\n}")
	return b.String()
}

// quote writes a JSON string.
func quote(s string) string { return plainJSON(s) }

// plainJSON is JSON without the escapes that only HTML needs.
func plainJSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // strings: cannot fail
	return strings.TrimSuffix(b.String(), "\n")
}
