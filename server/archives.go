package server

import (
	"fmt"
	"path/filepath"

	"skywatch/archives"
	"skywatch/catalog"
	"skywatch/journal"
	"skywatch/targets"
)

func (s *Server) openJournal() (err error) {
	dir := filepath.Join(s.cfg.DataDir, "journal")
	if s.journal, err = journal.Open(journal.Options{Dir: dir, FS: s.fs, Logger: s.log}); err != nil {
		return fmt.Errorf("%w (is another server using %s?)", err, s.cfg.DataDir)
	}
	s.later(s.journal.Close)
	return nil
}

// openArchives makes the archives of buses over the journal.
func (s *Server) openArchives(router archives.Router, clock targets.Clock) (*archives.Service, error) {
	kept, err := archives.New(s.ctx, archives.Options{
		Catalog: s.catalog, Journal: s.journal, Rules: router, Clock: clock, Logger: s.log, Rate: s.cfg.ReplayRate,
	})
	if err != nil {
		return nil, fmt.Errorf("open archives: %w", err)
	}
	s.telemetry.archives(kept.Stats, s.journal.Stats)
	return kept, nil
}

// allHear has several rooms hear of the end of a delivery.
func allHear(hear ...func(*catalog.Tx, targets.Outcome) error) func(*catalog.Tx, targets.Outcome) error {
	return func(tx *catalog.Tx, o targets.Outcome) error {
		for _, f := range hear {
			if err := f(tx, o); err != nil {
				return err
			}
		}
		return nil
	}
}

// archives registers the figures of archives, replays, and what they are kept
// in.
func (t *telemetry) archives(stats func() archives.Stats, store func() journal.Stats) {
	t.counter("skywatch_archived_events_total", "Events added to archives.", func() float64 { return float64(stats().Archived) })
	t.counter("skywatch_archived_events_expired_total", "Events dropped from archives by retention.", func() float64 { return float64(stats().Expired) })
	t.counter("skywatch_replayed_events_total", "Archived events put on their buses again.", func() float64 { return float64(stats().Replayed) })
	t.gauge("skywatch_replays", "Replays under way.", func() float64 { return float64(stats().Running) })
	t.gauge("skywatch_journal_records", "Records in the journal.", func() float64 { return float64(store().Records) })
	t.gauge("skywatch_journal_disk_bytes", "Bytes of the journal on disk.", func() float64 { return float64(store().DiskBytes) })
}
