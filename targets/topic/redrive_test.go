package topic_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/targets"
	"skywatch/targets/queue"
	"skywatch/targets/topic"
)

// What an endpoint refuses for good goes to the subscription's queue as the
// endpoint would have read it.
func TestRedrivePolicy(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	dead := queue.Name{Tenant: tenant, Queue: "dead"}
	r.must(r.queues.Create(t.Context(), dead, nil, nil))
	url, calls := r.receiver(func(n int, w http.ResponseWriter) {
		if n > 1 {
			w.WriteHeader(http.StatusGone)
		}
	})
	sub := r.subscribe(n, url, map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + dead.ARN() + `"}`}, calls)
	id := r.publish(n, topic.Message{Subject: "s", Body: "m"})
	sent := (<-calls).body
	if o := <-r.outcomes; !o.Buried {
		t.Errorf("ended %+v", o)
	}
	got := r.receive("dead")
	if len(got) != 1 {
		t.Fatalf("dead letters %+v", got)
	}
	var e map[string]any
	if err := json.Unmarshal([]byte(got[0].Body), &e); err != nil || e["MessageId"] != id || e["Message"] != "m" || got[0].Body != sent {
		t.Errorf("dead letter %s, sent %s", got[0].Body, sent)
	}
	for name, want := range map[string]string{"ERROR_CODE": targets.ClientError, "ERROR_MESSAGE": "the endpoint answered 410", "TARGET_ARN": sub.ARN(), "RETRY_ATTEMPTS": "0"} {
		if got := got[0].Attributes[name].String; got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	for _, c := range []struct{ policy, want string }{
		{`x`, "failed to parse JSON."},
		{`{"deadLetterTargetArn":"q"}`, "deadLetterTargetArn is an invalid arn"},
		{`{"deadLetterTargetArn":"arn:aws:sns:us-east-1:123456789012:t"}`, "deadLetterTargetArn is not an SQS queue arn"},
		{`{"deadLetterTargetArn":"` + dead.ARN() + `.fifo"}`, "must use a standard queue as DLQ for a standard topic"},
		{strings.Replace(`{"deadLetterTargetArn":"`+dead.ARN()+`"}`, "us-east-1", "eu-west-1", 1), "deadLetterTargetArn must be in the account and the region of the subscription"},
	} {
		err := r.topics.SetSubscriptionAttribute(t.Context(), sub.ID, "RedrivePolicy", c.policy)
		if told(err) != "Invalid parameter: RedrivePolicy: "+c.want {
			t.Errorf("%s: %v", c.policy, err)
		}
	}
	r.must(r.topics.SetSubscriptionAttribute(t.Context(), sub.ID, "RedrivePolicy", ""))
	all, err := r.topics.SubscriptionAttributes(sub.ID)
	if _, ok := all["RedrivePolicy"]; ok || err != nil {
		t.Errorf("attributes %v, %v", all, err)
	}
}

// Each subscription gets what its filter lets through.
func TestFilteredFanOut(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	for q, policy := range map[string]string{"all": "", "eu": `{"region":["eu"]}`, "dear": `{"price":[{"numeric":[">",100]}]}`} {
		qn := queue.Name{Tenant: tenant, Queue: q}
		r.must(r.queues.Create(t.Context(), qn, nil, nil))
		attributes := map[string]string{"FilterPolicy": policy, "RawMessageDelivery": "true"}
		if q == "dear" {
			attributes["FilterPolicyScope"] = "MessageBody"
		}
		_, err := r.topics.Subscribe(t.Context(), n, "sqs", qn.ARN(), attributes, base)
		r.must(err)
	}
	r.publish(n, topic.Message{Body: `{"price":5}`, Attributes: map[string]targets.Attribute{"region": {Type: "String", String: "eu"}}})
	r.publish(n, topic.Message{Body: `{"price":500}`})
	for q, want := range map[string][]string{"all": {`{"price":500}`, `{"price":5}`}, "eu": {`{"price":5}`}, "dear": {`{"price":500}`}} {
		if got := slices.Sorted(slices.Values(bodies(r.receive(q)))); !slices.Equal(got, want) {
			t.Errorf("%s has %s", q, got)
		}
	}
}

// The maxReceivesPerSecond of a policy spreads what is sent.
func TestThrottle(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	url, calls := r.receiver(nil)
	sub := r.subscribe(n, url, nil, calls)
	now := r.clock.Now()
	if at := r.topics.Pace(sub.ARN(), now); !at.IsZero() {
		t.Errorf("without a policy: %v", at)
	}
	r.must(r.topics.SetSubscriptionAttribute(t.Context(), sub.ID, "DeliveryPolicy", `{"throttlePolicy":{"maxReceivesPerSecond":2}}`))
	if at := r.topics.Pace(sub.ARN(), now); !at.IsZero() {
		t.Errorf("the first waits until %v", at)
	}
	if at := r.topics.Pace(sub.ARN(), now); at.Sub(now) <= 0 || at.Sub(now) > 500e6 {
		t.Errorf("the second waits until %v at %v", at, now)
	}
	if at := r.topics.Pace(sub.ARN()+"x", now); !at.IsZero() {
		t.Errorf("who is not there waits until %v", at)
	}
}
