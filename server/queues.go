package server

import (
	"context"

	"skywatch/targets"
	"skywatch/targets/queue"
	"skywatch/targets/queue/tally"
)

// openQueues makes the queues, which are measured at every full minute.
func (s *Server) openQueues(clock targets.Clock) *queue.Service {
	counts := tally.New(tally.Options{To: s.series, Logger: s.log})
	s.counts(tally.Namespace, "metrics of queues", counts)
	queues := queue.New(queue.Options{Catalog: s.catalog, Clock: clock, Logger: s.log, Observe: counts.Count})
	s.acts("depth of queues", counts.Settle)
	s.work("depth of queues", func(ctx context.Context) error { return counts.Measure(ctx, queues, clock) })
	return queues
}
