package api

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"skywatch/metric"
	"skywatch/targets/topic"
)

func (a snsAPI) subscriptionOperations() []offered {
	confirm := offer("ConfirmSubscription", a.confirm, "api: TestSubscriptions", Fields{"TopicArn": Acts, "Token": Acts, "AuthenticateOnUnsubscribe": Acts})
	unsubscribe := offer("Unsubscribe", a.unsubscribe, "api: TestSubscriptions", Fields{"SubscriptionArn": Acts})
	// Both are links in the messages that subscribers get: the token, and the
	// random part of the subscription's ARN, are the proof.
	confirm.unsigned, unsubscribe.unsigned = true, true
	return []offered{
		confirm, unsubscribe,
		offer("Subscribe", a.subscribe, "api: TestSubscriptions", Fields{
			"TopicArn": Acts, "Protocol": Acts, "Endpoint": Acts, "Attributes": Acts, "ReturnSubscriptionArn": Acts,
		}),
		offer("ListSubscriptions", a.list, "api: TestSubscriptions", Fields{"NextToken": Acts}),
		offer("ListSubscriptionsByTopic", a.listByTopic, "api: TestSubscriptions", Fields{"TopicArn": Acts, "NextToken": Acts}),
		offer("GetSubscriptionAttributes", a.getSubscription, "api: TestSubscriptions", Fields{"SubscriptionArn": Acts}),
		offer("SetSubscriptionAttributes", a.setSubscription, "api: TestSubscriptions",
			Fields{"SubscriptionArn": Acts, "AttributeName": Acts, "AttributeValue": Acts}),
	}
}

func (a snsAPI) subscribe(ctx context.Context, c *Call, in *sns.SubscribeInput) (*sns.SubscribeOutput, error) {
	n, err := topicAt(c, "TopicArn", in.TopicArn)
	if err != nil {
		return nil, err
	}
	sub, err := a.t.Subscribe(ctx, n, text(in.Protocol), text(in.Endpoint), in.Attributes, c.BaseURL)
	if err != nil {
		return nil, err
	}
	arn := sub.ARN()
	if sub.Pending && !in.ReturnSubscriptionArn {
		arn = "pending confirmation"
	}
	return &sns.SubscribeOutput{SubscriptionArn: &arn}, nil
}

// owner is the tenant of an unsigned call: the one that the ARN names, whose
// secret the caller holds.
func owner(c *Call, arn *string) (metric.Tenant, error) {
	if c.AccessKeyID != "" {
		return c.Tenant, nil
	}
	return topic.TenantOf(text(arn))
}

func (a snsAPI) confirm(ctx context.Context, c *Call, in *sns.ConfirmSubscriptionInput) (*sns.ConfirmSubscriptionOutput, error) {
	t, err := owner(c, in.TopicArn)
	if err != nil {
		return nil, err
	}
	n, err := topic.ParseName(t, "TopicArn", text(in.TopicArn))
	if err != nil {
		return nil, err
	}
	id, err := a.t.Confirm(ctx, n, text(in.Token), text(in.AuthenticateOnUnsubscribe) == "true", c.AccessKeyID != "")
	if err != nil {
		return nil, err
	}
	return &sns.ConfirmSubscriptionOutput{SubscriptionArn: new(id.ARN())}, nil
}

func (a snsAPI) unsubscribe(ctx context.Context, c *Call, in *sns.UnsubscribeInput) (*sns.UnsubscribeOutput, error) {
	t, err := owner(c, in.SubscriptionArn)
	if err != nil {
		return nil, err
	}
	id, err := topic.ParseID(t, text(in.SubscriptionArn))
	if err != nil {
		return nil, err
	}
	return nil, a.t.Unsubscribe(ctx, id, c.AccessKeyID != "")
}

func (a snsAPI) list(_ context.Context, c *Call, in *sns.ListSubscriptionsInput) (*sns.ListSubscriptionsOutput, error) {
	after, err := readToken(in.NextToken, "subscription", 2)
	if err != nil {
		return nil, err
	}
	subs, next, err := a.t.Subscriptions(c.Tenant, begin(after))
	if err != nil {
		return nil, err
	}
	out := &sns.ListSubscriptionsOutput{Subscriptions: wireSubscriptions(subs)}
	if next != nil {
		out.NextToken = writeToken("subscription", next...)
	}
	return out, nil
}

func (a snsAPI) listByTopic(_ context.Context, c *Call, in *sns.ListSubscriptionsByTopicInput) (*sns.ListSubscriptionsByTopicOutput, error) {
	n, err := topicAt(c, "TopicArn", in.TopicArn)
	if err != nil {
		return nil, err
	}
	after, err := readToken(in.NextToken, n.ARN(), 1)
	if err != nil {
		return nil, err
	}
	subs, next, err := a.t.SubscriptionsOf(n, begin(after))
	if err != nil {
		return nil, err
	}
	out := &sns.ListSubscriptionsByTopicOutput{Subscriptions: wireSubscriptions(subs)}
	if next != nil {
		out.NextToken = writeToken(n.ARN(), next...)
	}
	return out, nil
}

// begin makes the key of an absent token nil.
func begin(after []string) []string {
	if after[0] == "" {
		return nil
	}
	return after
}

func wireSubscriptions(subs []topic.Subscription) []types.Subscription {
	out := make([]types.Subscription, len(subs))
	for i, s := range subs {
		arn := s.ARN()
		if s.Pending {
			arn = "PendingConfirmation"
		}
		out[i] = types.Subscription{
			SubscriptionArn: &arn, TopicArn: new(s.Name.ARN()), Owner: new(s.Account), Protocol: new(s.Protocol), Endpoint: new(s.ShownEndpoint()),
		}
	}
	return out
}

func (a snsAPI) getSubscription(_ context.Context, c *Call, in *sns.GetSubscriptionAttributesInput) (*sns.GetSubscriptionAttributesOutput, error) {
	id, err := topic.ParseID(c.Tenant, text(in.SubscriptionArn))
	if err != nil {
		return nil, err
	}
	got, err := a.t.SubscriptionAttributes(id)
	if err != nil {
		return nil, err
	}
	return &sns.GetSubscriptionAttributesOutput{Attributes: got}, nil
}

func (a snsAPI) setSubscription(ctx context.Context, c *Call, in *sns.SetSubscriptionAttributesInput) (*sns.SetSubscriptionAttributesOutput, error) {
	id, err := topic.ParseID(c.Tenant, text(in.SubscriptionArn))
	if err != nil {
		return nil, err
	}
	return nil, a.t.SetSubscriptionAttribute(ctx, id, text(in.AttributeName), text(in.AttributeValue))
}

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
