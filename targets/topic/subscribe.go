package topic

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
)

// tokenLife is how long a confirmation can wait.
const tokenLife = 48 * time.Hour

// Subscribe asks for a subscription. A queue, a function or an API destination of
// the same account is subscribed at once; any other endpoint is sent a token and is pending
// until it comes back. Asking again for what is there changes nothing, but
// sends a pending endpoint a new token. base is the URL that links begin with.
func (s *Service) Subscribe(ctx context.Context, n Name, protocol, endpoint string, attributes map[string]string, base string) (Subscription, error) {
	sub := Subscription{ID: ID{n, uuid.NewString()}, Protocol: protocol, Endpoint: endpoint, Base: base, Created: s.now()}
	if err := s.checkEndpoint(n, protocol, endpoint); err != nil {
		return sub, err
	}
	sub.Pending = !sub.atHome()
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
			if !old.alike(&sub) {
				return invalid("Attributes Reason: Subscription already exists with different attributes").On("Attributes")
			}
			sub = *old
			sub.Base = base
		} else if err := makeRoom(tx, &sub); err != nil {
			return err
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
