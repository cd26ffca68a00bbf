package statsd

// Stats counts since the start.
type Stats struct {
	Lines   int64 // that count
	Refused int64 // that do not
	Metrics int   // in memory
	// Crowded are the times that a metric had too many different values in an
	// interval to keep them apart: it has no percentiles then.
	Crowded int64
	Lost    int64 // data given up since the store took nothing for long
}

// Stats returns the counts so far.
func (s *Service) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Stats{Lines: s.lines, Refused: s.refused, Metrics: len(s.table.entries), Crowded: s.table.crowded, Lost: s.lost}
}
