package tsdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"skywatch/internal/durable"
	"skywatch/tsdb/index"
	"skywatch/tsdb/wal"
)

// DB is an open time-series store. It is safe for concurrent use.
//
// Locks are taken in this order: sealing, gate, partition.mu; lifetime and
// partition.observing are taken with none of them held. repeats.mu is taken
// last.
type DB struct {
	opts       Options
	health     *health
	lock       io.Closer // of the directory
	chunks     *engine
	log        *wal.Log
	index      *index.Index
	partitions []*partition
	batches    sync.Pool // of *batch
	repeats    repeats

	// gate: see logAndFold and freeze.
	gate   sync.RWMutex
	closed bool // no more appends; guarded by gate

	// sealing is held by whoever moves data from the head to Pebble or removes
	// series.
	sealing sync.Mutex
	// flushed says that no batch waits for a flush; guarded by sealing.
	flushed bool

	lifetime sync.RWMutex // held for reading while Pebble is read
	ended    bool         // guarded by lifetime

	headBytes   atomic.Int64
	frozenBytes atomic.Int64
	headSince   atomic.Int64 // metric.Instant of the oldest sample's arrival; 0: empty
	watching    atomic.Int64 // Watches less Unwatches
	room        broadcast    // the head has become smaller
	version     atomic.Uint64

	closing chan struct{}
	keeper  *keeper // nil with a negative Tick
}

// Open opens the store in o.Dir, made if there is none, and replays its log.
// The directory is this process's until Close.
func Open(o Options) (*DB, error) {
	o = o.withDefaults()
	if o.Partitions < 0 || o.Partitions > maxPartitions {
		return nil, fmt.Errorf("open time-series store: %d partitions are not 1 to %d", o.Partitions, maxPartitions)
	}
	db := &DB{
		opts:    o,
		health:  newHealth(o.Events),
		index:   index.New(),
		repeats: newRepeats(maxRemembered),
		flushed: true,
		closing: make(chan struct{}),
		batches: sync.Pool{New: func() any { return new(batch) }},
	}
	if err := db.open(); err != nil {
		return nil, errors.Join(fmt.Errorf("open time-series store: %w", err), db.release())
	}
	if o.Tick > 0 {
		db.startKeeper()
	}
	return db, nil
}

func (db *DB) open() (err error) {
	fs, dir := db.opts.FS, db.opts.Dir
	if err := durable.MakeDir(fs, dir, 0o755); err != nil {
		return err
	}
	if db.lock, err = fs.Lock(fs.PathJoin(dir, lockFile)); err != nil {
		return fmt.Errorf("%s is in use: %w", dir, err)
	}
	f, err := openFormat(fs, dir, db.opts.Partitions)
	if err != nil {
		return err
	}
	for i := range f.partitions {
		db.partitions = append(db.partitions, newPartition(i))
	}
	if db.chunks, err = openEngine(db.opts, fs.PathJoin(dir, chunkDir), db.health); err != nil {
		return err
	}
	return db.recover()
}

// Close seals what is in memory and gives the directory back. After an error
// nothing acknowledged is lost: the next Open replays the log.
func (db *DB) Close() error {
	db.gate.Lock()
	if db.closed {
		db.gate.Unlock()
		return ErrClosed
	}
	db.closed = true
	db.gate.Unlock()
	close(db.closing)
	db.stopKeeper()
	err := db.seal(context.Background())
	db.sealing.Lock()
	defer db.sealing.Unlock()
	db.lifetime.Lock()
	defer db.lifetime.Unlock()
	db.ended = true
	return errors.Join(err, db.release())
}

// release closes what open opened, the last first.
func (db *DB) release() error {
	var errs []error
	if db.log != nil {
		errs = append(errs, db.log.Close())
	}
	if db.chunks != nil {
		errs = append(errs, db.chunks.close())
	}
	if db.lock != nil {
		errs = append(errs, db.lock.Close())
	}
	return errors.Join(errs...)
}
