package server

import (
	"skywatch/targets"
	"skywatch/targets/topic/tally"
)

// countTopics makes the metrics of topics.
func (s *Server) countTopics() *tally.Tally {
	t := tally.New(tally.Options{To: s.series, Logger: s.log})
	s.counts(tally.Namespace, "metrics of topics", t)
	return t
}

// allAttempts has several hear of attempts.
func allAttempts(hear ...func(*targets.Delivery, *targets.Failure)) func(*targets.Delivery, *targets.Failure) {
	return func(d *targets.Delivery, f *targets.Failure) {
		for _, h := range hear {
			h(d, f)
		}
	}
}
