package destination

import (
	"time"

	"skywatch/catalog"
)

// Pace is the targets.Pace of API destinations: their InvocationRateLimitPerSecond.
func (s *Service) Pace(target string, now time.Time) time.Time {
	var rate int
	err := s.Catalog.View(func(r catalog.Reader) error {
		d, ok, err := destinationAt(r, target)
		if ok {
			rate = d.Rate
		}
		return err
	})
	if err != nil || rate == 0 { // the attempt tells why
		return time.Time{}
	}
	return s.rates.Take(target, rate, now)
}
