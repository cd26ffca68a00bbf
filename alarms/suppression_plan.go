package alarms

import (
	"time"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/schedule/ticker"
)

// SuppressionPlans owns the plans of the ends of wait and extension periods: by
// (account, region, name) of the composite alarm.
const SuppressionPlans = "alarm-suppressions"

func (k Key) suppressionPlan() ticker.Plan {
	return ticker.Plan{Owner: SuppressionPlans, Key: k.parts()}
}

// Suppressions is what a ticker does at the ends of wait and extension periods.
func (s *Service) Suppressions() ticker.Owner {
	return ticker.Owner{Fire: s.suppressionEnds, Next: func(catalog.Reader, []string, time.Time) (time.Time, error) {
		return time.Time{}, nil // they end once
	}}
}

// keepSuppression plans the end of the alarm's period, if it is in one.
func (s *Service) keepSuppression(tx *catalog.Tx, a *Alarm) error {
	if a.Until == 0 {
		return s.opts.Plans.Remove(tx, a.suppressionPlan())
	}
	return s.opts.Plans.Set(tx, a.suppressionPlan(), a.Until.Time())
}

// suppressionEnds acts on the end of a period. After a stop that lasted longer it
// ends when that is noticed.
func (s *Service) suppressionEnds(tx *catalog.Tx, t ticker.Tick) (ticker.Then, error) {
	a, ok, err := load(tx, keyOf(t.Key))
	if err != nil || !ok || a.Until == 0 || a.Until.Time().After(t.Now) {
		return ticker.Then{}, err
	}
	return ticker.Then{}, s.unsuppress(tx, a, metric.At(t.Noticed))
}
