package server

import "skywatch/scheduler/tally"

// countSchedules makes the metrics of schedules.
func (s *Server) countSchedules() *tally.Tally {
	t := tally.New(tally.Options{To: s.series, Logger: s.log})
	s.counts(tally.Namespace, "metrics of schedules", t)
	return t
}
