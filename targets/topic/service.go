package topic

import (
	"context"
	"log/slog"
	"maps"
	"time"

	"skywatch/catalog"
	"skywatch/internal/settle"
	"skywatch/metric"
	"skywatch/targets"
	"skywatch/targets/mail"
	"skywatch/targets/webhook"
)

// Options are what a Service works with.
type Options struct {
	Catalog *catalog.DB
	Outbox  *targets.Outbox
	HTTP    *webhook.Client
	Signer  *Signer
	Mail    *mail.Sender  // nil: no subscriptions by mail
	Clock   targets.Clock // nil: the machine's
	Logger  *slog.Logger
	Observe func(Publication) // hears of what topics take, and must be quick; nil: nobody does
}

// Service holds the topics of all tenants. It is safe for concurrent use; Run
// does its housekeeping.
type Service struct {
	Options
	filters filters
	sweeps  *settle.Loop
	rates   targets.Rates
}

// New returns the topics of a catalog.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = targets.SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Service{Options: o, sweeps: settle.NewLoop()}
}

func (s *Service) now() time.Time { return s.Clock.Now().UTC().Truncate(time.Millisecond) }

// Create makes a topic. One that is there with the same attributes and tags is
// left as it is.
func (s *Service) Create(ctx context.Context, n Name, attributes, tags map[string]string) error {
	if err := n.check(attributes["FifoTopic"]); err != nil {
		return err
	}
	t := record{Name: n, Tags: maps.Clone(tags), Created: s.now()}
	if err := t.setAll(attributes); err != nil {
		return err
	}
	if err := checkTags(tags); err != nil {
		return err
	}
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		old, ok, err := topics.Get(tx, n.key()...)
		switch {
		case err != nil:
			return err
		case ok:
			return same(old, attributes, tags)
		}
		return topics.Put(tx, t, n.key()...)
	})
}

// same compares what is given with a topic that is there.
func same(old record, attributes, tags map[string]string) error {
	asked := old
	if err := asked.setAll(attributes); err != nil {
		return err
	}
	if asked.DisplayName != old.DisplayName || asked.Policy != old.Policy || asked.DeliveryPolicy != old.DeliveryPolicy ||
		asked.signatureVersion() != old.signatureVersion() || asked.ContentBased != old.ContentBased || asked.PerGroup != old.PerGroup {
		return invalid("Attributes Reason: Topic already exists with different attributes").On("Attributes")
	}
	if len(tags) > 0 && !maps.Equal(tags, old.Tags) {
		return invalid("Tags Reason: Topic already exists with different tags").On("Tags")
	}
	return nil
}

// Delete removes a topic and its subscriptions. Deleting one that is not there
// succeeds, as in SNS.
func (s *Service) Delete(ctx context.Context, n Name) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		var all []Subscription
		err := each(tx, n, func(sub *Subscription) error {
			all = append(all, *sub)
			return nil
		})
		if err != nil {
			return err
		}
		for i := range all {
			if err := dropSubscription(tx, &all[i]); err != nil {
				return err
			}
		}
		t, ok, err := topics.Get(tx, n.key()...)
		if err != nil || !ok {
			return err
		}
		if err := sequences.Delete(tx, t.place()...); err != nil {
			return err
		}
		return topics.Delete(tx, n.key()...)
	})
}

// List returns up to a page of a tenant's topics after the given one, and the
// name to go on after, empty at the end.
func (s *Service) List(t metric.Tenant, after string) (names []Name, next string, err error) {
	rg := catalog.Range{Prefix: []string{t.Account, t.Region}}
	if after != "" {
		rg.After = []string{t.Account, t.Region, after}
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		return topics.Scan(r, rg, func(_ []string, rec record) (bool, error) {
			if len(names) == page {
				next = names[page-1].Topic
				return false, nil
			}
			names = append(names, rec.Name)
			return true, nil
		})
	})
	return names, next, err
}

// page is how many items SNS lists at once.
const page = 100
