package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/durable"
)

const (
	// blockBytes is what is compressed together: records are alike, and are
	// read many in a row.
	blockBytes = 64 << 10
	// bloomBits make the question whether a record is there already cheap: false
	// alarms for 1 % of the new ones.
	bloomBits = 10
)

// Options say where a journal lives.
type Options struct {
	Dir    string
	FS     vfs.FS // nil: the disk
	Logger *slog.Logger
}

// DB is an open journal. It is safe for concurrent use.
type DB struct {
	p *pebble.DB

	gate  durable.Gate // calls under way
	write sync.Mutex   // held while a change decides and applies

	mu     sync.Mutex // guards what follows
	logs   map[string]*entry
	nextID uint64
}

// entry is a log as memory has it.
type entry struct {
	id   uint64
	size Size
}

// Errors that a caller can act on.
var (
	ErrClosed = errors.New("journal is closed")
	ErrNoLog  = errors.New("journal has no such log")
)

// Open opens or creates the journal in o.Dir.
func Open(o Options) (*DB, error) {
	o = o.quiet()
	p, err := durable.Pebble{Name: "journal", Dir: o.Dir, FS: o.FS, Logger: o.Logger, Tune: o.tune}.Open()
	if err != nil {
		return nil, err
	}
	db := &DB{p: p, logs: map[string]*entry{}}
	if err := db.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("open journal %s: %w", o.Dir, err), p.Close())
	}
	return db, nil
}

// quiet gives options without a logger one that drops all.
func (o Options) quiet() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// tune sets what suits records that are many, alike and read in a row.
func (o *Options) tune(po *pebble.Options) {
	po.MemTableSize = 8 << 20
	po.EventListener = &pebble.EventListener{
		// Without this the process ends where a compaction meets a damaged
		// block. Who reads the block gets the error.
		DataCorruption: func(i pebble.DataCorruptionInfo) { o.Logger.Error("journal is damaged", "what", i.String()) },
		BackgroundError: func(err error) {
			o.Logger.Error("background work of the journal failed; it is tried again", "err", err)
		},
	}
	po.Levels[0].BlockSize = blockBytes
	for i := range po.Levels {
		po.Levels[i].FilterPolicy = bloom.FilterPolicy(bloomBits)
		if i > 0 { // what is flushed is compressed anew soon
			po.Levels[i].Compression = func() *sstable.CompressionProfile { return sstable.ZstdCompression }
		}
	}
}

// Close waits for the calls under way and closes the store.
func (db *DB) Close() error {
	if !db.gate.Close() {
		return nil
	}
	if err := db.p.Close(); err != nil {
		return fmt.Errorf("close journal: %w", err)
	}
	return nil
}

func (db *DB) enter() error {
	if !db.gate.Enter() {
		return ErrClosed
	}
	return nil
}

// find returns the log with a name as it is now.
func (db *DB) find(name string) (e entry, err error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if at := db.logs[name]; at != nil {
		return *at, nil
	}
	return e, fmt.Errorf("%w: %q", ErrNoLog, name)
}

// change is one durable change: fn puts it into the batch and returns what
// memory learns of it once it is applied. fn runs alone.
func (db *DB) change(ctx context.Context, fn func(*pebble.Batch) (func(), error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := db.enter(); err != nil {
		return err
	}
	defer db.gate.Leave()
	b, err := db.apply(fn)
	if err != nil {
		return err
	}
	if b == nil {
		// Nothing new, but what is there may not be on disk yet.
		err = db.p.LogData(nil, pebble.Sync)
	} else {
		err = errors.Join(b.SyncWait(), b.Close())
	}
	if err != nil {
		return fmt.Errorf("sync journal: %w", err)
	}
	return nil
}

// apply runs fn and applies its batch; the wait for the sync is left to the
// caller, so that the next change can join it. No batch means nothing to write.
func (db *DB) apply(fn func(*pebble.Batch) (func(), error)) (*pebble.Batch, error) {
	db.write.Lock()
	defer db.write.Unlock()
	b := db.p.NewIndexedBatch()
	learn, err := fn(b)
	if err != nil || b.Empty() {
		return nil, errors.Join(err, b.Close())
	}
	if err := db.p.ApplyNoSyncWait(b, pebble.Sync); err != nil {
		return nil, errors.Join(fmt.Errorf("commit journal: %w", err), b.Close())
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	learn()
	return b, nil
}
