package server

import (
	"context"
	"fmt"

	"skywatch/emf"
	"skywatch/ingest"
	"skywatch/ingest/gather"
	"skywatch/logs"
	"skywatch/logs/tally"
)

// dataRules are what a datum must be.
func (s *Server) dataRules() *ingest.Ingester {
	return ingest.New(s.series, ingest.Options{AllowReserved: s.cfg.Compat == "wide"})
}

// documents takes documents of the embedded metric format.
func (s *Server) documents() *emf.Intake { return &emf.Intake{Rules: s.dataRules(), To: s.series} }

// countLogs makes the metrics of log groups.
func (s *Server) countLogs() *tally.Tally {
	t := tally.New(tally.Options{Options: gather.Options{To: s.series, Logger: s.log}, Now: s.Now})
	s.counts(tally.Namespace, "metrics of log groups", t)
	return t
}

// extract makes metric data of log events that are documents.
func (s *Server) extract(counts *tally.Tally) func(context.Context, logs.GroupName, []logs.Event) error {
	in := s.documents()
	return func(ctx context.Context, g logs.GroupName, events []logs.Event) error {
		seen, err := in.Take(ctx, s.Now(), g.Tenant, len(events), func(i int) string { return events[i].Message })
		counts.Extracted(g, seen.ParsingErrors, seen.Invalid)
		if err != nil {
			return fmt.Errorf("keep metrics of log events: %w", err)
		}
		return nil
	}
}
