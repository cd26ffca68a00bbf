package topic_test

import (
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/targets"
	"skywatch/targets/topic"
)

const functionARN = "arn:aws:lambda:us-east-1:123456789012:function:f"

func TestFunctionEvent(t *testing.T) {
	t.Parallel()
	invoked := make(chan targets.Delivery, 1)
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	_, err := r.topics.Subscribe(t.Context(), n, "lambda", functionARN, nil, base)
	if told(err) != "The protocol lambda is not supported by this version of Skywatch." {
		t.Errorf("without functions: %v", err)
	}
	r = newRig(t, vfs.NewMem(), func(all map[targets.Kind]targets.Target) {
		all[targets.Function] = targets.Direct(func(_ *catalog.Tx, d targets.Delivery) error {
			invoked <- d
			return nil
		})
	})
	r.topic("t")
	sub, err := r.topics.Subscribe(t.Context(), n, "lambda", functionARN, nil, base)
	r.must(err)
	if sub.Pending {
		t.Error("a function has to confirm")
	}
	id := r.publish(n, topic.Message{Body: "a <b> & \"c\"", Attributes: map[string]targets.Attribute{
		"s": {Type: "String", String: "v"}, "b": {Type: "Binary", Binary: []byte{1, 2}},
	}})
	d := <-invoked
	_, rest, _ := strings.Cut(d.Message, `"Signature":"`)
	signature, _, _ := strings.Cut(rest, `"`)
	want := `{"Records":[{"EventSource":"aws:sns","EventVersion":"1.0","EventSubscriptionArn":"` + sub.ARN() + `","Sns":{"Type":"Notification","MessageId":"` + id +
		`","TopicArn":"` + n.ARN() + `","Subject":null,"Message":"a <b> & \"c\"","Timestamp":"2026-11-22T12:00:00.123Z","SignatureVersion":"1","Signature":"SIGNATURE",` +
		`"SigningCertUrl":"` + base + signer.Path() + `","UnsubscribeUrl":"` + base + `/?Action=Unsubscribe&SubscriptionArn=` + sub.ARN() +
		`","MessageAttributes":{"b":{"Type":"Binary","Value":"AQI="},"s":{"Type":"String","Value":"v"}}}}]}`
	if got := strings.Replace(d.Message, signature, "SIGNATURE", 1); got != want || d.Target != functionARN {
		t.Errorf("event\n%s\nwant\n%s", got, want)
	}
	r.publish(n, topic.Message{Subject: "s", Body: "m"})
	if d := <-invoked; !strings.Contains(d.Message, `"Subject":"s"`) {
		t.Errorf("event %s", d.Message)
	}
	for _, endpoint := range []string{"f", "arn:aws:lambda:us-east-1:123456789012:layer:f", "arn:aws:sqs:us-east-1:123456789012:f"} {
		if _, err := r.topics.Subscribe(t.Context(), n, "lambda", endpoint, nil, base); told(err) != "Invalid parameter: Lambda endpoint ARN" {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
	err = r.topics.SetSubscriptionAttribute(t.Context(), sub.ID, "RawMessageDelivery", "true")
	if told(err) != "Invalid parameter: RawMessageDelivery: Delivery protocol [lambda] does not support raw message delivery." {
		t.Errorf("raw: %v", err)
	}
}
