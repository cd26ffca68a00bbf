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
var refusedOfSubscription = []string{"SubscriptionRoleArn", "ReplayPolicy", "ReplayStatus"}

// ofSubscribe is what SNS puts before the name of a wrong attribute of a
// Subscribe.
const ofSubscribe = "Attributes Reason: "

func (s *Subscription) setAll(attributes map[string]string) error {
	for _, name := range sorted(attributes) {
		if err := s.set(ofSubscribe, name, attributes[name]); err != nil {
			return err
		}
	}
	return s.checkFilter(ofSubscribe)
}

// set sets one attribute. A filter is left for checkFilter, as it goes together
// with its scope.
func (s *Subscription) set(reason, name, value string) (err error) {
	switch {
	case name == "RawMessageDelivery":
		err = s.setRaw(reason, value)
	case name == "DeliveryPolicy":
		if !s.overHTTP() && value != "" {
			return invalid("%sDeliveryPolicy: Delivery protocol [%s] does not support delivery policies.", reason, s.Protocol).On(name) // (inferred)
		}
		if _, err = parsePolicy(name, value, false); err == nil && s.byDestination() {
			err = checkDestinationPolicy(reason, value)
		}
		s.DeliveryPolicy = value
	case name == "FilterPolicy":
		s.FilterPolicy = value
	case name == "FilterPolicyScope":
		if value != ofAttributes && value != ofBody {
			return invalid("%sFilterPolicyScope: Invalid value [%s]. Please use either MessageBody or MessageAttributes", reason, value).On(name)
		}
		s.FilterScope = value
	case name == "RedrivePolicy":
		if value != "" {
			err = checkRedrive(s.Name, reason, value)
		}
		s.RedrivePolicy = value
	case slices.Contains(refusedOfSubscription, name):
		if value != "" {
			err = refused("The subscription attribute " + name + " is")
		}
	default:
		err = invalid("AttributeName").On("AttributeName")
	}
	return err
}

func (s *Subscription) setRaw(reason, value string) error {
	lower := strings.ToLower(value)
	switch {
	case lower != "true" && lower != "false":
		return invalid("%sRawMessageDelivery: Invalid value [%s]. Must be true or false.", reason, value).On("RawMessageDelivery")
	case lower == "true" && (s.Protocol == lambdaProtocol || byMail(s.Protocol)):
		return invalid("%sRawMessageDelivery: Delivery protocol [%s] does not support raw message delivery.", reason, s.Protocol).On("RawMessageDelivery")
	}
	s.Raw = lower == "true"
	return nil
}

// checkFilter holds the filter against the rules of its scope. An empty one, as
// text or as an object, is none.
func (s *Subscription) checkFilter(reason string) error {
	if text := strings.TrimSpace(s.FilterPolicy); text == "" || text[0] == '{' && strings.TrimSpace(text[1:]) == "}" {
		s.FilterPolicy = ""
		return nil
	}
	return checkFilter(reason, s.FilterPolicy, s.scope())
}

func (s *Subscription) scope() string {
	if s.FilterScope == "" {
		return ofAttributes // SNS's default
	}
	return s.FilterScope
}

// alike reports whether the attributes are the same.
func (s *Subscription) alike(o *Subscription) bool {
	return s.Raw == o.Raw && s.DeliveryPolicy == o.DeliveryPolicy && s.RedrivePolicy == o.RedrivePolicy &&
		s.FilterPolicy == o.FilterPolicy && s.scope() == o.scope()
}

// SetSubscriptionAttribute changes one attribute of a subscription.
func (s *Service) SetSubscriptionAttribute(ctx context.Context, id ID, name, value string) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		sub, err := getSubscription(tx, id)
		if err != nil {
			return err
		}
		if err := sub.set("", name, value); err != nil {
			return err
		}
		if err := sub.checkFilter(""); err != nil {
			return err
		}
		if err := makeFilterRoom(tx, &sub); err != nil {
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
		out["ConfirmationWasAuthenticated"] = strconv.FormatBool(sub.Authenticated || sub.atHome())
		out["SubscriptionPrincipal"] = "arn:aws:iam::" + id.Account + ":root"
		if sub.overHTTP() {
			out["EffectiveDeliveryPolicy"] = effectivePolicy(&t, &sub).subscriptionText()
		}
		if sub.DeliveryPolicy != "" {
			out["DeliveryPolicy"] = sub.DeliveryPolicy
		}
		if sub.RedrivePolicy != "" {
			out["RedrivePolicy"] = sub.RedrivePolicy
		}
		if sub.FilterPolicy != "" {
			out["FilterPolicy"] = sub.FilterPolicy
		}
		if sub.FilterPolicy != "" || sub.FilterScope != "" {
			out["FilterPolicyScope"] = sub.scope()
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
