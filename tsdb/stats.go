package tsdb

// Stats are figures of the store at one moment.
type Stats struct {
	Series    int
	HeadBytes int64 // memory of what is not yet in Pebble, roughly
	LogBytes  int64 // on disk
	DiskBytes int64 // Pebble's files
	Logged    uint64
	Applied   uint64 // records of the log that Pebble holds
	Repeats   Repeats
}

// Stats returns the figures of now; all zero after Close.
func (db *DB) Stats() Stats {
	db.lifetime.RLock()
	defer db.lifetime.RUnlock()
	if db.ended {
		return Stats{}
	}
	st := Stats{
		Series:    db.index.Len(),
		HeadBytes: db.headBytes.Load() + db.frozenBytes.Load(),
		LogBytes:  db.log.Bytes(),
		DiskBytes: int64(db.chunks.Metrics().DiskSpaceUsage()),
		Logged:    db.log.Last(),
		Repeats:   db.repeats.stats(),
	}
	for i, p := range db.partitions {
		p.mu.RLock()
		if i == 0 || p.applied < st.Applied {
			st.Applied = p.applied
		}
		p.mu.RUnlock()
	}
	return st
}

// Changes counts the appends since the store was opened.
func (db *DB) Changes() uint64 { return db.version.Load() }
