package topic

import (
	"time"

	"skywatch/catalog"
	"skywatch/metric"
)

// Pace is the targets.Pace of subscriptions: the maxReceivesPerSecond of their
// delivery policies. Requests to confirm and farewells count, too.
func (s *Service) Pace(target string, now time.Time) time.Time {
	var rate int
	err := s.Catalog.View(func(r catalog.Reader) error {
		tenant, err := TenantOf(target)
		if err != nil {
			return err
		}
		rate, err = rateOf(r, tenant, target)
		return err
	})
	if err != nil || rate == 0 { // the attempt tells why
		return time.Time{}
	}
	return s.rates.Take(target, rate, now)
}

func rateOf(r catalog.Reader, tenant metric.Tenant, target string) (int, error) {
	id, err := ParseID(tenant, target)
	if err != nil {
		return 0, err
	}
	sub, err := getSubscription(r, id)
	if err != nil || !sub.overHTTP() {
		return 0, err
	}
	t, err := getTopic(r, id.Name)
	if err != nil || t.DeliveryPolicy == "" && sub.DeliveryPolicy == "" {
		return 0, err
	}
	return effectivePolicy(&t, &sub).Throttle.PerSecond, nil
}
