package topic

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/arn"
	"skywatch/internal/fault"
	"skywatch/targets"
)

// tokenLife is how long a confirmation can wait.
const tokenLife = 48 * time.Hour

// Subscribe asks for a subscription. A queue of the same account is subscribed
// at once; an http endpoint is sent a token and is pending until it comes
// back. Asking again for what is there changes nothing, but sends a pending
// endpoint a new token. base is the URL that links begin with.
func (s *Service) Subscribe(ctx context.Context, n Name, protocol, endpoint string, attributes map[string]string, base string) (Subscription, error) {
	sub := Subscription{ID: ID{n, uuid.NewString()}, Protocol: protocol, Endpoint: endpoint, Base: base, Created: s.now()}
	if err := checkEndpoint(n, protocol, endpoint); err != nil {
		return sub, err
	}
	sub.Pending = protocol != "sqs"
	if err := sub.setAll(attributes); err != nil {
		return sub, err
	}
	err := s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		t, err := getTopic(tx, n)
		if err != nil {
			return err
		}
		if old, err := find(tx, &sub); err != nil {
			return err
		} else if old != nil {
			if old.Raw != sub.Raw || old.DeliveryPolicy != sub.DeliveryPolicy {
				return invalid("Attributes Reason: Subscription already exists with different attributes").On("Attributes")
			}
			sub = *old
			sub.Base = base
		}
		if sub.Pending {
			if err := s.ask(tx, &t, &sub); err != nil {
				return err
			}
		}
		return putSubscription(tx, sub)
	})
	return sub, err
}

// find returns the subscription of the same endpoint, if there is one.
func find(tx *catalog.Tx, sub *Subscription) (*Subscription, error) {
	id, ok, err := endpoints.Get(tx, sub.endpointKey()...)
	if err != nil || !ok {
		return nil, err
	}
	old, err := getSubscription(tx, ID{sub.Name, id})
	return &old, err
}

// ask gives a pending subscription a new token and sends it.
func (s *Service) ask(tx *catalog.Tx, t *record, sub *Subscription) error {
	if sub.Token != "" {
		if err := tokens.Delete(tx, sub.tokenKey(sub.Token)...); err != nil {
			return err
		}
	}
	sub.Token = newToken()
	if err := tokens.Put(tx, token{ID: sub.ID.ID, Expires: s.now().Add(tokenLife)}, sub.tokenKey(sub.Token)...); err != nil {
		return err
	}
	return s.enqueue(tx, t, sub, note{
		Type: confirmation, MessageID: uuid.NewString(), Token: sub.Token,
	}, "You have chosen to subscribe to the topic "+t.ARN()+".\nTo confirm the subscription, visit the SubscribeURL included in this message.", "", nil)
}

func newToken() string {
	b := make([]byte, 48)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// refusedProtocols are those of SNS that need a world outside this house.
var refusedProtocols = []string{"email", "email-json", "sms", "application", "lambda", "firehose"}

func checkEndpoint(n Name, protocol, endpoint string) error {
	switch {
	case protocol == "email" || protocol == "email-json":
		return fault.New(fault.InvalidValue, "email delivery is not configured").On("Protocol")
	case slices.Contains(refusedProtocols, protocol):
		return refused("The protocol " + protocol + " is")
	case protocol == "sqs":
		return checkQueue(n, endpoint)
	case protocol != "http" && protocol != "https":
		return invalid("Amazon SNS does not support this protocol string: %s", protocol).On("Protocol")
	case !strings.HasPrefix(strings.ToLower(endpoint), protocol+"://"):
		return invalid("Endpoint must match the specified protocol").On("Endpoint")
	}
	return nil
}

func checkQueue(n Name, endpoint string) error {
	a, err := arn.Parse(endpoint)
	switch {
	case err != nil || targets.KindOf(endpoint) != targets.Queue:
		return invalid("SQS endpoint ARN").On("Endpoint")
	case strings.HasSuffix(a.Resource, ".fifo"):
		return invalid("Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics").On("Endpoint")
	case a.Account != n.Account:
		// SNS would ask the queue's owner to confirm.
		return refused("A subscription of another account's queue is")
	}
	return nil
}
