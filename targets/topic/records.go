package topic

import (
	"net/url"
	"strings"
	"time"

	"skywatch/catalog"
)

// record is a topic.
type record struct {
	Name
	DisplayName      string `json:",omitempty"`
	Policy           string `json:",omitempty"`
	DeliveryPolicy   string `json:",omitempty"`
	SignatureVersion string `json:",omitempty"` // empty: 1
	// Of FIFO topics: ContentBased makes deduplication ids of bodies, PerGroup
	// keeps them apart by group.
	ContentBased bool              `json:",omitempty"`
	PerGroup     bool              `json:",omitempty"`
	Tags         map[string]string `json:",omitempty"`
	Created      time.Time
	// Removed counts subscriptions that were.
	Removed int `json:",omitempty"`
}

// Subscription is a subscriber of a topic.
type Subscription struct {
	ID
	Protocol string
	Endpoint string
	// Raw sends the message without the envelope.
	Raw bool `json:",omitempty"`
	// Pending means not confirmed.
	Pending bool `json:",omitempty"`
	// Guarded means that only a signed call unsubscribes; Authenticated that
	// the confirmation was such a call.
	Guarded       bool `json:",omitempty"`
	Authenticated bool `json:",omitempty"`
	// DeliveryPolicy is the subscription's own.
	DeliveryPolicy string `json:",omitempty"`
	// FilterPolicy says which messages it gets, FilterScope what of them is
	// looked at; empty: the attributes.
	FilterPolicy  string `json:",omitempty"`
	FilterScope   string `json:",omitempty"`
	RedrivePolicy string `json:",omitempty"`
	// Base is the URL that the subscriber's links begin with: the one at which
	// whoever subscribed it reached us.
	Base string
	// Token is the last that was sent.
	Token   string `json:",omitempty"`
	Created time.Time
}

// ShownEndpoint is the endpoint without the password that it may hold.
func (s *Subscription) ShownEndpoint() string {
	u, err := url.Parse(s.Endpoint)
	if err != nil || u.User == nil {
		return s.Endpoint
	}
	if _, secret := u.User.Password(); !secret {
		return s.Endpoint
	}
	_, rest, _ := strings.Cut(s.Endpoint, "@")
	return u.Scheme + "://" + url.User(u.User.Username()).String() + ":****@" + rest
}

// token proves that its holder read what we sent to an endpoint.
type token struct {
	ID      string
	Expires time.Time
	// Restore is a removed subscription that the token brings back.
	Restore *Subscription `json:",omitempty"`
}

var (
	topics        = catalog.Table[record]{Name: "topics"}              // account, region, topic
	subscriptions = catalog.Table[Subscription]{Name: "subscriptions"} // account, region, topic, id
	endpoints     = catalog.Table[string]{Name: "topic-endpoints"}     // account, region, topic, protocol, endpoint
	tokens        = catalog.Table[token]{Name: "topic-tokens"}         // account, region, topic, token
)

func (s *Subscription) endpointKey() []string { return append(s.Name.key(), s.Protocol, s.Endpoint) }

func (i ID) tokenKey(t string) []string { return append(i.Name.key(), t) }

func getTopic(r catalog.Reader, n Name) (record, error) {
	t, ok, err := topics.Get(r, n.key()...)
	if err == nil && !ok {
		err = notFound("topic", "Topic does not exist")
	}
	return t, err
}

func getSubscription(r catalog.Reader, i ID) (Subscription, error) {
	s, ok, err := subscriptions.Get(r, i.key()...)
	if err == nil && !ok {
		err = notFound("subscription", "Subscription does not exist")
	}
	return s, err
}

// putSubscription writes a subscription and the way to find it.
func putSubscription(tx *catalog.Tx, s Subscription) error {
	if err := endpoints.Put(tx, s.ID.ID, s.endpointKey()...); err != nil {
		return err
	}
	return subscriptions.Put(tx, s, s.key()...)
}

// dropSubscription removes a subscription with what belongs to it.
func dropSubscription(tx *catalog.Tx, s *Subscription) error {
	if s.Token != "" {
		if err := tokens.Delete(tx, s.tokenKey(s.Token)...); err != nil {
			return err
		}
	}
	if err := endpoints.Delete(tx, s.endpointKey()...); err != nil {
		return err
	}
	return subscriptions.Delete(tx, s.key()...)
}

// each calls f for the subscriptions of a topic.
func each(r catalog.Reader, n Name, f func(*Subscription) error) error {
	return subscriptions.Scan(r, catalog.Range{Prefix: n.key()}, func(_ []string, s Subscription) (bool, error) {
		return true, f(&s)
	})
}
