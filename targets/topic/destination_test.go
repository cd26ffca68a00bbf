package topic_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/targets"
	"skywatch/targets/queue"
	"skywatch/targets/topic"
)

const destinationARN = "arn:aws:events:us-east-1:123456789012:api-destination/chat/6f2c1d1e-0000-4000-8000-000000000000"

// withDestinations gives a rig a carrier to API destinations that answers the
// n-th attempt with what answer says.
func withDestinations(carried chan<- targets.Delivery, answer func(n int) error) func(map[targets.Kind]targets.Target) {
	n := 0
	return func(all map[targets.Kind]targets.Target) {
		all[targets.Destination] = targets.Outside(func(_ context.Context, d targets.Delivery) error {
			n++
			carried <- d
			return answer(n)
		})
	}
}

// An API destination is subscribed at once, gets what the filter lets through in
// the envelope or raw, and is left without a word.
func TestDestinationTheWholeWay(t *testing.T) {
	t.Parallel()
	carried := make(chan targets.Delivery, 10)
	r := newRig(t, vfs.NewMem(), withDestinations(carried, func(int) error { return nil }))
	n := r.topic("alerts")
	sub, err := r.topics.Subscribe(t.Context(), n, "https", destinationARN, map[string]string{
		"FilterPolicyScope": "MessageBody", "FilterPolicy": `{"state":["bad"]}`,
	}, base)
	r.must(err)
	if sub.Pending {
		t.Error("it has to confirm")
	}
	r.publish(n, topic.Message{Body: `{"state":"good"}`})
	id := r.publish(n, topic.Message{Subject: "s", Body: `{"state":"bad"}`, Attributes: map[string]targets.Attribute{"a": {Type: "String", String: "v"}}})
	d := <-carried
	r.ended("")
	checkBody(t, d.Message, `{
  "Type" : "Notification",
  "MessageId" : "`+id+`",
  "TopicArn" : "`+n.ARN()+`",
  "Subject" : "s",
  "Message" : "{\"state\":\"bad\"}",
  "Timestamp" : "2026-11-22T12:00:00.123Z",
  "SignatureVersion" : "1",
  "Signature" : "SIGNATURE",
  "SigningCertURL" : "http://127.0.0.1:4582CERT",
  "UnsubscribeURL" : "http://127.0.0.1:4582/?Action=Unsubscribe&SubscriptionArn=`+sub.ARN()+`",
  "MessageAttributes" : {
    "a" : {"Type":"String","Value":"v"}
  }
}`)
	if d.Target != destinationARN || d.Cause != n.ARN() || d.Tenant != tenant || d.Shaped {
		t.Errorf("delivery %+v", d)
	}
	r.must(r.topics.SetSubscriptionAttribute(t.Context(), sub.ID, "RawMessageDelivery", "true"))
	r.publish(n, topic.Message{Subject: "s", Body: `{"state":"bad"}`})
	if d := <-carried; d.Message != `{"state":"bad"}` || d.Subject != "s" {
		t.Errorf("raw: %+v", d)
	}
	r.ended("")
	got, err := r.topics.SubscriptionAttributes(sub.ID)
	r.must(err)
	if got["PendingConfirmation"] != "false" || got["ConfirmationWasAuthenticated"] != "true" || got["Endpoint"] != destinationARN || got["EffectiveDeliveryPolicy"] == "" {
		t.Errorf("attributes %v", got)
	}
	r.must(r.topics.Unsubscribe(t.Context(), sub.ID, true))
	r.publish(n, topic.Message{Body: `{"state":"bad"}`})
	if _, err := r.engine.Settle(t.Context()); err != nil || len(carried) > 0 {
		t.Errorf("more was carried: %v", err)
	}
}

// Its delivery policy says when it is tried again, its redrive policy what becomes
// of what it does not take.
func TestDestinationAgain(t *testing.T) {
	t.Parallel()
	carried := make(chan targets.Delivery, 10)
	r := newRig(t, vfs.NewMem(), withDestinations(carried, func(int) error { return errors.New("busy") }))
	n := r.topic("alerts")
	dead := queue.Name{Tenant: tenant, Queue: "dead"}
	r.must(r.queues.Create(t.Context(), dead, nil, nil))
	_, err := r.topics.Subscribe(t.Context(), n, "http", destinationARN, map[string]string{
		"DeliveryPolicy": `{"healthyRetryPolicy":{"numRetries":1,"minDelayTarget":7,"maxDelayTarget":7}}`,
		"RedrivePolicy":  `{"deadLetterTargetArn":"` + dead.ARN() + `"}`,
	}, base)
	r.must(err)
	r.publish(n, topic.Message{Body: "m"})
	sent := <-carried
	r.clock.advance(7 * time.Second)
	<-carried
	if o := <-r.outcomes; !o.Buried || o.Exhausted == "" {
		t.Errorf("ended %+v", o)
	}
	if got := r.receive("dead"); len(got) != 1 || got[0].Body != sent.Message || got[0].Attributes["TARGET_ARN"].String != destinationARN {
		t.Errorf("dead letters %+v", got)
	}
}

func TestDestinationRefusals(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("alerts")
	subscribe := func(n topic.Name, protocol, endpoint string, attributes map[string]string) string {
		_, err := r.topics.Subscribe(t.Context(), n, protocol, endpoint, attributes, base)
		return told(err)
	}
	if got := subscribe(n, "https", destinationARN, nil); got != "A subscription of an API destination is not supported by this version of Skywatch." {
		t.Errorf("without destinations: %s", got)
	}
	r = newRig(t, vfs.NewMem(), withDestinations(nil, nil))
	r.topic("alerts")
	r.must(r.topics.Create(t.Context(), name("alerts.fifo"), map[string]string{"FifoTopic": "true"}, nil))
	foreign := "A subscription of another account's or region's API destination is not supported by this version of Skywatch."
	for _, c := range []struct {
		name          topic.Name
		protocol, arn string
		policy, want  string
	}{
		{n, "https", strings.Replace(destinationARN, "123456789012", "210987654321", 1), "", foreign},
		{n, "https", strings.Replace(destinationARN, "us-east-1", "eu-west-1", 1), "", foreign},
		{n, "https", "arn:aws:events:us-east-1:123456789012:rule/r", "", "Invalid parameter: API destination ARN"},
		{n, "https", "arn:aws:sqs:us-east-1:123456789012:q", "", "Invalid parameter: API destination ARN"},
		{n, "sqs", destinationARN, "", "Invalid parameter: SQS endpoint ARN"},
		{name("alerts.fifo"), "https", destinationARN, "", "Invalid parameter: Invalid protocol type: https"},
		{n, "https", destinationARN, `{"throttlePolicy":{"maxReceivesPerSecond":1}}`, "Invalid parameter: Attributes Reason: DeliveryPolicy: throttlePolicy is not for API destinations, which have a rate and a content type of their own"},
		{n, "https", destinationARN, `{"requestPolicy":{"headerContentType":"text/plain"}}`, "Invalid parameter: Attributes Reason: DeliveryPolicy: requestPolicy is not for API destinations, which have a rate and a content type of their own"},
	} {
		var attributes map[string]string
		if c.policy != "" {
			attributes = map[string]string{"DeliveryPolicy": c.policy}
		}
		if got := subscribe(c.name, c.protocol, c.arn, attributes); got != c.want {
			t.Errorf("%s %s %s: %q, want %q", c.protocol, c.arn, c.policy, got, c.want)
		}
	}
}
