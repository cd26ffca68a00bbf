package catalog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/durable"
)

// memtableBytes is what the store gathers in memory before it writes a table.
// It grows to that only under load; most of what passes through queues and the
// outbox is gone again by then, and never reaches a table.
const memtableBytes = 32 << 20

// Options say where a catalog lives.
type Options struct {
	Dir    string
	FS     vfs.FS // nil: the disk
	Logger *slog.Logger
}

// DB is an open catalog. It is safe for concurrent use.
type DB struct {
	p *pebble.DB

	write   sync.Mutex // held while an Update decides and applies
	changes atomic.Uint64

	gate durable.Gate // Views and Updates under way
}

// ErrClosed is returned by a DB that is closed.
var ErrClosed = errors.New("catalog is closed")

// Open opens or creates the catalog in o.Dir.
func Open(o Options) (*DB, error) {
	p, err := durable.Pebble{
		Name: "catalog", Dir: o.Dir, FS: o.FS, Logger: o.Logger,
		Tune: func(po *pebble.Options) { po.MemTableSize = memtableBytes },
	}.Open()
	if err != nil {
		return nil, err
	}
	return &DB{p: p}, nil
}

// Close waits for the calls under way and closes the store.
func (db *DB) Close() error {
	if !db.gate.Close() {
		return nil
	}
	if err := db.p.Close(); err != nil {
		return fmt.Errorf("close catalog: %w", err)
	}
	return nil
}

func (db *DB) enter() error {
	if !db.gate.Enter() {
		return ErrClosed
	}
	return nil
}

// View calls fn with a reader of one moment's state. The reader must not be
// used after fn returns.
func (db *DB) View(fn func(Reader) error) error {
	if err := db.enter(); err != nil {
		return err
	}
	defer db.gate.Leave()
	s := db.p.NewSnapshot()
	defer func() { _ = s.Close() }()
	return fn(reader{s})
}

// Update calls fn with a transaction and commits it durably if fn returns nil.
// fn sees its own writes and runs alone; it must not call Update or block on
// anything slow. An error of fn is returned as it is, and nothing is kept.
func (db *DB) Update(ctx context.Context, fn func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := db.enter(); err != nil {
		return err
	}
	defer db.gate.Leave()
	tx, err := db.apply(fn)
	if err != nil || tx == nil {
		return err
	}
	defer func() { _ = tx.b.Close() }()
	if err := tx.b.SyncWait(); err != nil {
		return fmt.Errorf("sync catalog: %w", err)
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

// apply runs fn and applies its batch; the wait for the sync is left to the
// caller so that the next Update can join it. A nil Tx means nothing to write.
func (db *DB) apply(fn func(*Tx) error) (*Tx, error) {
	db.write.Lock()
	defer db.write.Unlock()
	b := db.p.NewIndexedBatch()
	tx := &Tx{reader: reader{b}, b: b}
	err := fn(tx)
	if err == nil {
		err = tx.finish()
	}
	if err != nil {
		_ = b.Close()
		return nil, err
	}
	if b.Empty() {
		_ = b.Close()
		for _, f := range tx.after {
			f()
		}
		return nil, nil
	}
	if err := db.p.ApplyNoSyncWait(b, pebble.Sync); err != nil {
		_ = b.Close()
		return nil, fmt.Errorf("commit catalog: %w", err)
	}
	db.changes.Add(1)
	return tx, nil
}

// Changes counts the Updates that wrote something since the catalog was opened.
func (db *DB) Changes() uint64 { return db.changes.Load() }

// Sync returns once everything that View shows is on disk. An Update shows what
// it wrote a moment before: who tells the world outside of this store of what
// View showed, without an Update of its own, waits here first.
func (db *DB) Sync() error {
	if err := db.enter(); err != nil {
		return err
	}
	defer db.gate.Leave()
	if err := db.p.LogData(nil, pebble.Sync); err != nil {
		return fmt.Errorf("sync catalog: %w", err)
	}
	return nil
}

// Still calls fn while no Update decides or applies: what View shows does not
// change. fn must be quick, since Updates wait, and must not Update.
func (db *DB) Still(fn func() error) error {
	db.write.Lock()
	defer db.write.Unlock()
	return fn()
}

// Checkpoint writes a consistent copy of the catalog into dir, which must not be
// there: what View shows, and of Updates meanwhile perhaps some.
func (db *DB) Checkpoint(dir string) error {
	if err := db.enter(); err != nil {
		return err
	}
	defer db.gate.Leave()
	return db.p.Checkpoint(dir, pebble.WithFlushedWAL())
}
