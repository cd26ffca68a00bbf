package destination

import (
	"errors"
	"time"

	"skywatch/catalog"
	"skywatch/targets"
	"skywatch/targets/destination/template"
	"skywatch/targets/notice"
)

const (
	// aheadSearched is how many waiting deliveries of a destination are looked at
	// for one that goes first: among more than that the order is not kept.
	aheadSearched = 500
	// aheadWait is how long after the attempt of the one before the next is made.
	aheadWait = time.Second
)

var errNotYet = errors.New("an earlier state of the alarm is still on its way")

// turn holds a state of an alarm back from PagerDuty while an earlier state is on
// its way: a trigger that is retried and comes after its resolve would open an
// incident that nothing ends. States of the same millisecond know no order.
func (s *Service) turn(t *storedTemplate, d *targets.Delivery) error {
	if t == nil || t.Kind != template.PagerDuty || d.Shaped {
		return nil
	}
	n := noticeOf(d)
	if n.Kind != notice.OfAlarm {
		return nil
	}
	var next time.Time
	var found bool
	err := s.Catalog.View(func(r catalog.Reader) (err error) {
		next, found, err = targets.Ahead(r, d, aheadSearched, func(other *targets.Delivery) bool {
			is := noticeOf(other)
			return is.Kind == notice.OfAlarm && is.Key == n.Key && !other.Shaped
		})
		return err
	})
	if err != nil || !found {
		return err
	}
	return &targets.Failure{Code: targets.Throttling, Answered: true, After: max(0, next.Sub(s.Clock.Now())) + aheadWait, Err: errNotYet}
}

func noticeOf(d *targets.Delivery) notice.Notice {
	return notice.Read(notice.Message{ID: d.ID, Cause: d.Cause, Subject: d.Subject, Body: d.Message, At: d.Created})
}
