package topic_test

import (
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/metric"
	"skywatch/targets/topic"
)

func TestSubscriptionsArePaged(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	for _, n := range []topic.Name{r.topic("a"), r.topic("ab")} {
		for i := range 130 {
			_, err := r.topics.Subscribe(t.Context(), n, "sqs", fmt.Sprintf("arn:aws:sqs:us-east-1:123456789012:q%d", i), nil, base)
			r.must(err)
		}
	}
	walk := func(list func(after []string) ([]topic.Subscription, []string, error)) (pages []int, seen map[string]bool) {
		seen = map[string]bool{}
		var after []string
		for {
			subs, next, err := list(after)
			r.must(err)
			for _, s := range subs {
				seen[s.ARN()] = true
			}
			if pages = append(pages, len(subs)); next == nil {
				return pages, seen
			}
			after = next
		}
	}
	pages, seen := walk(func(after []string) ([]topic.Subscription, []string, error) {
		return r.topics.SubscriptionsOf(name("a"), after)
	})
	if fmt.Sprint(pages) != "[100 30]" || len(seen) != 130 {
		t.Errorf("of the topic: pages %v, %d subscriptions", pages, len(seen))
	}
	pages, seen = walk(func(after []string) ([]topic.Subscription, []string, error) {
		return r.topics.Subscriptions(tenant, after)
	})
	if fmt.Sprint(pages) != "[100 100 60]" || len(seen) != 260 {
		t.Errorf("of the account: pages %v, %d subscriptions", pages, len(seen))
	}
}

// Accounts and regions see nothing of one another.
func TestTenants(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem())
	n := r.topic("t")
	_, err := r.topics.Subscribe(t.Context(), n, "sqs", "arn:aws:sqs:us-east-1:123456789012:q", nil, base)
	r.must(err)
	for _, other := range []metric.Tenant{{Account: "999999999999", Region: "us-east-1"}, {Account: "123456789012", Region: "eu-west-1"}} {
		names, _, err := r.topics.List(other, "")
		r.must(err)
		subs, _, err := r.topics.Subscriptions(other, nil)
		r.must(err)
		if len(names)+len(subs) != 0 {
			t.Errorf("%+v sees %v and %v", other, names, subs)
		}
		if _, err := topic.ParseName(other, "TopicArn", n.ARN()); err == nil {
			t.Errorf("%+v names %s", other, n.ARN())
		}
		if _, err := r.topics.Publish(t.Context(), topic.Name{Tenant: other, Topic: "t"}, topic.Message{Body: "m"}); told(err) != "Topic does not exist" {
			t.Errorf("%+v publishes: %v", other, err)
		}
	}
}

func TestPasswordsAreNotShown(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]string{
		"http://user:secret@host.example/a@b": "http://user:****@host.example/a@b",
		"http://user@host.example/":           "http://user@host.example/",
		"http://host.example/?a@b":            "http://host.example/?a@b",
		"arn:aws:sqs:us-east-1:1:q":           "arn:aws:sqs:us-east-1:1:q",
	} {
		if got := (&topic.Subscription{Endpoint: endpoint}).ShownEndpoint(); got != want {
			t.Errorf("%s is shown as %s", endpoint, got)
		}
	}
}
