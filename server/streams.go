package server

import (
	"fmt"

	"skywatch/streams"
	"skywatch/targets"
)

// openStreams makes the data streams over the journal.
func (s *Server) openStreams(clock targets.Clock) (*streams.Service, error) {
	lines, err := streams.New(s.ctx, streams.Options{Catalog: s.catalog, Journal: s.journal, Clock: clock, Logger: s.log})
	if err != nil {
		return nil, fmt.Errorf("open data streams: %w", err)
	}
	s.telemetry.streams(lines.Stats)
	return lines, nil
}

// streams registers the figures of data streams.
func (t *telemetry) streams(stats func() streams.Stats) {
	t.counter("skywatch_stream_records_total", "Records put on data streams.", func() float64 { return float64(stats().Records) })
	t.counter("skywatch_stream_bytes_total", "Bytes of data put on data streams.", func() float64 { return float64(stats().Bytes) })
	t.counter("skywatch_stream_records_expired_total", "Records dropped from data streams by retention.", func() float64 { return float64(stats().Expired) })
}
