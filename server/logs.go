package server

import (
	"context"
	"fmt"

	"skywatch/logs"
	"skywatch/metric"
	"skywatch/targets"
	"skywatch/targets/function/runtime"
)

// openLogs makes the log groups over the journal.
func (s *Server) openLogs(clock targets.Clock) (*logs.Service, error) {
	counts := s.countLogs()
	groups, err := logs.New(s.ctx, logs.Options{
		Catalog: s.catalog, Journal: s.journal, Clock: clock, Logger: s.log, Incoming: counts.Incoming, Extract: s.extract(counts),
	})
	if err != nil {
		return nil, fmt.Errorf("open log groups: %w", err)
	}
	s.telemetry.logs(groups.Stats)
	return groups, nil
}

// functionLog puts what functions write into log groups. A line is an event
// that ends in a newline, as at AWS.
func (s *Server) functionLog(groups *logs.Service) runtime.Sink {
	ctx := context.WithoutCancel(s.ctx) // the last lines come while the server stops
	return func(from runtime.Spec, lines []runtime.Line) {
		events := make([]logs.Event, len(lines))
		for i, l := range lines {
			events[i] = logs.Event{Time: l.Time.UTC(), Message: l.Text + "\n"}
		}
		n := logs.StreamName{
			GroupName: logs.GroupName{Tenant: metric.Tenant{Account: from.Account, Region: from.Region}, Group: from.LogGroup}, Stream: from.LogStream,
		}
		if err := groups.Append(ctx, n, events); err != nil {
			s.log.Error("lines of a function are lost, or metrics in them", "function", from.ARN, "lines", len(lines), "err", err)
		}
	}
}

// logs registers the figures of log groups.
func (t *telemetry) logs(stats func() logs.Stats) {
	t.counter("skywatch_log_events_total", "Events added to log streams.", func() float64 { return float64(stats().Events) })
	t.counter("skywatch_log_bytes_total", "Bytes of messages added to log streams.", func() float64 { return float64(stats().Bytes) })
	t.counter("skywatch_log_events_expired_total", "Events dropped from log streams by retention.", func() float64 { return float64(stats().Expired) })
}
