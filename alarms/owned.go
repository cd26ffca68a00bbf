package alarms

import (
	"time"

	"skywatch/catalog"
	"skywatch/metric"
)

// Other rooms own alarms: they make and delete them in the transactions of what
// the alarms are for.

// PutIn is Put within a transaction.
func (s *Service) PutIn(tx *catalog.Tx, t metric.Tenant, p *Put, now time.Time) error {
	d, tags, err := s.judge(t, p)
	if err != nil {
		return err
	}
	return s.put(tx, Key{t, p.Name}, d, tags, metric.At(now))
}

// DropIn deletes alarms within a transaction, but those that composite alarms
// need: these stay, and belong to nobody.
func (s *Service) DropIn(tx *catalog.Tx, t metric.Tenant, names []string, now time.Time) error {
	return each(tx, t, names, func(a *Alarm) error {
		if used, err := needed(tx, a.Key); err != nil || used {
			return err
		}
		return s.erase(tx, a, metric.At(now))
	})
}

// StateIn returns the state of an alarm as a transaction finds it, and whether
// there is such an alarm.
func StateIn(r catalog.Reader, k Key) (State, bool, error) {
	st, ok, err := statuses.Get(r, k.parts()...)
	return st.Value, ok, err
}
