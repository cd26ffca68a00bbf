package topic

import (
	"context"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// Confirm turns a token back in. It can be done again while the token lives.
// guard asks that only signed calls unsubscribe; signed says that this call is.
func (s *Service) Confirm(ctx context.Context, n Name, tok string, guard, signed bool) (id ID, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if _, err := getTopic(tx, n); err != nil {
			return err
		}
		id = ID{Name: n}
		t, ok, err := tokens.Get(tx, id.tokenKey(tok)...)
		switch {
		case err != nil:
			return err
		case !ok || !t.Expires.After(s.now()):
			return invalid("Token").On("Token")
		}
		id.ID = t.ID
		return confirm(tx, id, &t, guard, signed)
	})
	return id, err
}

func confirm(tx *catalog.Tx, id ID, t *token, guard, signed bool) error {
	sub, err := getSubscription(tx, id)
	if fault.Is(err, fault.NotFound) && t.Restore != nil {
		sub, err = *t.Restore, nil
		if other, err := find(tx, &sub); err != nil || other != nil {
			return err // the endpoint was subscribed anew meanwhile
		}
		sub.Pending = true
	}
	if err != nil || !sub.Pending {
		return err
	}
	sub.Pending, sub.Guarded, sub.Authenticated = false, guard && signed, signed
	return putSubscription(tx, sub)
}

// Unsubscribe removes a subscription; its endpoint is told, with a token
// that brings it back. What is not there any more is no error, as in SNS.
func (s *Service) Unsubscribe(ctx context.Context, id ID, signed bool) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		sub, err := getSubscription(tx, id)
		switch {
		case fault.Is(err, fault.NotFound):
			return nil
		case err != nil:
			return err
		case sub.Guarded && !signed:
			return fault.New(fault.Denied, "Unsubscribe requires an authenticated request for %s", id.ARN()) // (inferred)
		}
		t, err := getTopic(tx, id.Name)
		if err != nil {
			return err
		}
		if err := dropSubscription(tx, &sub); err != nil {
			return err
		}
		if !sub.atHome() && !sub.Pending {
			if err := s.farewell(tx, &t, sub); err != nil {
				return err
			}
		}
		t.Removed++
		return topics.Put(tx, t, t.key()...)
	})
}

// farewell tells an endpoint that it was unsubscribed.
func (s *Service) farewell(tx *catalog.Tx, t *record, sub Subscription) error {
	sub.Token = newToken()
	if err := tokens.Put(tx, token{ID: sub.ID.ID, Expires: s.now().Add(tokenLife), Restore: &sub}, sub.tokenKey(sub.Token)...); err != nil {
		return err
	}
	return s.enqueue(tx, t, &sub, note{
		Type: farewell, MessageID: uuid.NewString(), Token: sub.Token,
	}, "You have chosen to deactivate subscription "+sub.ARN()+".\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.", "", nil)
}
