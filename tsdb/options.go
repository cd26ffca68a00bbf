package tsdb

import (
	"log/slog"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/metric"
)

// Options says where a store is and how much it may use. The zero value of
// every field but Dir has a default.
type Options struct {
	Dir string
	FS  vfs.FS // vfs.Default
	// Logger gets what Pebble has to say, at level Debug; nil drops it. The
	// store itself reports through Events.
	Logger *slog.Logger
	Events Events
	// Observer hears of the data of watched metrics after their sync and
	// before Append returns. It must not block. It may call Read.
	Observer func(metric.Observation)
	// Now is the clock for retention and for the age of what is in memory.
	Now func() time.Time
	// Partitions is the number of partitions of a new store, up to
	// maxPartitions; an existing store keeps its own. 64.
	Partitions int

	// HeadBytes is the size in memory at which data are sealed to disk; at
	// twice the size Append waits. 64 MiB.
	HeadBytes int64
	// LogBytes is the size of the log at which data are sealed, so that
	// replaying it stays short. 128 MiB.
	LogBytes int64
	// SealAge is the age of data in memory at which they are sealed. 1 h.
	SealAge time.Duration
	// Tick is how often the background owner looks whether something is due.
	// 10 s; negative: there is no background owner, and the caller calls Flush
	// and Retain.
	Tick time.Duration
	// CacheBytes is Pebble's block cache, on the Go heap. 32 MiB.
	CacheBytes int64
	// MinFreeBytes is the space on the disk below which appends are refused,
	// looked at with each tick: Pebble ends the process when it cannot write
	// its manifest. 512 MiB; negative: not looked at.
	MinFreeBytes int64
	// SegmentBytes is the size of a log segment. 16 MiB.
	SegmentBytes int64

	memTableBytes int64 // Pebble's; tests make it small. 8 MiB
}

// maxPartitions keeps the number in the first two bytes of a key, with room
// for store-wide keys behind the last partition.
const maxPartitions = 4096

func (o Options) withDefaults() Options {
	set := func(p *int64, v int64) {
		if *p == 0 {
			*p = v
		}
	}
	set(&o.HeadBytes, 64<<20)
	set(&o.LogBytes, 128<<20)
	set(&o.CacheBytes, 32<<20)
	set(&o.SegmentBytes, 16<<20)
	set(&o.MinFreeBytes, 512<<20)
	set(&o.memTableBytes, 8<<20)
	if o.FS == nil {
		o.FS = vfs.Default
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Partitions == 0 {
		o.Partitions = 64
	}
	if o.SealAge == 0 {
		o.SealAge = time.Hour
	}
	if o.Tick == 0 {
		o.Tick = 10 * time.Second
	}
	o.Events = o.Events.withDefaults()
	return o
}
