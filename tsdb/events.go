package tsdb

import "time"

// Events are what the store reports. Every field may be nil. The functions
// are called on the store's own goroutines or in the middle of a call: they
// must be quick and must not call the store.
type Events struct {
	// Recovered: the store is open and the log has been replayed.
	Recovered func(Recovery)
	// Sealed: memory went to disk and the log was cut.
	Sealed func(Seal)
	// Retained: data beyond their retention were removed.
	Retained func(Removal)
	// Failed: work in the background failed. It is tried again.
	Failed func(error)
	// Suspended: appends are refused since work on the disk fails (full disk);
	// reads go on. Resumed: it works again.
	Suspended func(error)
	Resumed   func()
	// ReadOnly: appends are refused for good, the cause is in the error: a
	// failed sync, damaged data. Only reopening the store can end it.
	ReadOnly func(error)
	// Fatal: what is on disk can no longer be relied on to match what is in
	// memory. The process should end at once; a call may hang.
	Fatal func(error)
}

// Recovery is the report of an Open.
type Recovery struct {
	Series   int
	Records  int // replayed from the log
	Duration time.Duration
}

// Seal is the report of one sealing.
type Seal struct {
	Series   int
	Chunks   int
	Bytes    int64
	Applied  uint64 // the log record up to which Pebble now holds everything
	Duration time.Duration
}

// Removal is the report of one run of retention.
type Removal struct {
	Buckets int
	Series  int
}

// withDefaults fills the nil fields.
func (e Events) withDefaults() Events {
	if e.Recovered == nil {
		e.Recovered = func(Recovery) {}
	}
	if e.Sealed == nil {
		e.Sealed = func(Seal) {}
	}
	if e.Retained == nil {
		e.Retained = func(Removal) {}
	}
	if e.Resumed == nil {
		e.Resumed = func() {}
	}
	for _, f := range []*func(error){&e.Failed, &e.Suspended, &e.ReadOnly, &e.Fatal} {
		if *f == nil {
			*f = func(error) {}
		}
	}
	return e
}
