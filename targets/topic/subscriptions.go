package topic

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"skywatch/catalog"
	"skywatch/metric"
)

// refusedOfSubscription are the attributes that we do not act on.
var refusedOfSubscription = []string{"FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "SubscriptionRoleArn", "ReplayPolicy", "ReplayStatus"}

func (s *Subscription) setAll(attributes map[string]string) error {
	for _, name := range sorted(attributes) {
		if err := s.set(name, attributes[name]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Subscription) set(name, value string) error {
	switch {
	case name == "RawMessageDelivery":
		lower := strings.ToLower(value)
		if lower != "true" && lower != "false" {
			return invalid("Attributes Reason: RawMessageDelivery: Invalid value [%s]. Must be true or false.", value).On(name)
		}
		s.Raw = lower == "true"
	case name == "DeliveryPolicy":
		if s.Protocol == "sqs" && value != "" {
			return invalid("DeliveryPolicy is only valid for http and https subscriptions").On(name) // (inferred)
		}
		if _, err := parsePolicy(name, value, false); err != nil {
			return err
		}
		s.DeliveryPolicy = value
	case slices.Contains(refusedOfSubscription, name):
		return refused("The subscription attribute " + name + " is")
	default:
		return invalid("AttributeName").On("AttributeName")
	}
	return nil
}

// SetSubscriptionAttribute changes one attribute of a subscription.
func (s *Service) SetSubscriptionAttribute(ctx context.Context, id ID, name, value string) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		sub, err := getSubscription(tx, id)
		if err != nil {
			return err
		}
		if err := sub.set(name, value); err != nil {
			return err
		}
		return subscriptions.Put(tx, sub, id.key()...)
	})
}

// SubscriptionAttributes returns a subscription's attributes as SNS spells
// them.
func (s *Service) SubscriptionAttributes(id ID) (map[string]string, error) {
	out := map[string]string{}
	err := s.Catalog.View(func(r catalog.Reader) error {
		sub, err := getSubscription(r, id)
		if err != nil {
			return err
		}
		t, err := getTopic(r, id.Name)
		if err != nil {
			return err
		}
		out["SubscriptionArn"], out["TopicArn"], out["Owner"] = id.ARN(), id.Name.ARN(), id.Account
		out["Protocol"], out["Endpoint"] = sub.Protocol, sub.ShownEndpoint()
		out["RawMessageDelivery"] = strconv.FormatBool(sub.Raw)
		out["PendingConfirmation"] = strconv.FormatBool(sub.Pending)
		out["ConfirmationWasAuthenticated"] = strconv.FormatBool(sub.Authenticated || sub.Protocol == "sqs")
		out["SubscriptionPrincipal"] = "arn:aws:iam::" + id.Account + ":root"
		if sub.Protocol != "sqs" {
			out["EffectiveDeliveryPolicy"] = effectivePolicy(&t, &sub).subscriptionText()
		}
		if sub.DeliveryPolicy != "" {
			out["DeliveryPolicy"] = sub.DeliveryPolicy
		}
		return nil
	})
	return out, err
}

// Subscriptions returns up to a page of a tenant's subscriptions after the
// given one.
func (s *Service) Subscriptions(t metric.Tenant, after []string) ([]Subscription, []string, error) {
	return s.list([]string{t.Account, t.Region}, after, nil)
}

// SubscriptionsOf returns up to a page of a topic's subscriptions after the
// given one. What to go on after is returned too, nil at the end.
func (s *Service) SubscriptionsOf(n Name, after []string) ([]Subscription, []string, error) {
	return s.list(n.key(), after, &n)
}

func (s *Service) list(prefix, after []string, must *Name) (subs []Subscription, next []string, err error) {
	rg := catalog.Range{Prefix: prefix}
	if len(after) > 0 {
		rg.After = append(slices.Clone(prefix), after...)
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		if must != nil {
			if _, err := getTopic(r, *must); err != nil {
				return err
			}
		}
		return subscriptions.Scan(r, rg, func(key []string, sub Subscription) (bool, error) {
			if len(subs) == page {
				next = subs[page-1].key()[len(prefix):]
				return false, nil
			}
			subs = append(subs, sub)
			return true, nil
		})
	})
	return subs, next, err
}
