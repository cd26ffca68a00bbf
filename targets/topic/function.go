package topic

import (
	"encoding/base64"

	"skywatch/targets"
)

// The event that a function gets: one record with what an http subscriber would
// read, its members spelled as Lambda has them.
type (
	functionEvent struct {
		Records [1]functionRecord
	}
	functionRecord struct {
		EventSource, EventVersion, EventSubscriptionArn string
		Sns                                             functionMessage
	}
	functionMessage struct {
		Type              string
		MessageID         string `json:"MessageId"`
		TopicArn          string
		Subject           *string
		Message           string
		Timestamp         string
		SignatureVersion  string
		Signature         string
		SigningCertURL    string `json:"SigningCertUrl"`
		UnsubscribeURL    string `json:"UnsubscribeUrl"`
		MessageAttributes map[string]functionAttribute
	}
	functionAttribute struct{ Type, Value string }
)

// event is the text that a function gets.
func (s *Service) event(d *targets.Delivery, n *note, sub *Subscription, version string) (string, error) {
	fields, err := s.fields(d, n, sub, version)
	if err != nil {
		return "", err
	}
	has := map[string]string{}
	for _, f := range fields {
		has[f.name] = f.value
	}
	m := functionMessage{
		Type: has["Type"], MessageID: has["MessageId"], TopicArn: has["TopicArn"], Message: has["Message"], Timestamp: has["Timestamp"],
		SignatureVersion: has["SignatureVersion"], Signature: has["Signature"], SigningCertURL: has["SigningCertURL"], UnsubscribeURL: has["UnsubscribeURL"],
		MessageAttributes: map[string]functionAttribute{},
	}
	if d.Subject != "" {
		m.Subject = &d.Subject
	}
	for name, a := range d.Attributes {
		m.MessageAttributes[name] = functionAttribute{a.Type, shownValue(a)}
	}
	return plainJSON(functionEvent{[1]functionRecord{{"aws:sns", "1.0", sub.ARN(), m}}}), nil
}

// shownValue is an attribute's value in a text: Binary ones in base64.
func shownValue(a targets.Attribute) string {
	if a.Base() == "Binary" {
		return base64.StdEncoding.EncodeToString(a.Binary)
	}
	return a.String
}
