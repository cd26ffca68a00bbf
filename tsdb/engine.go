package tsdb

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/sstable"

	"skywatch/internal/durable"
)

// engine is Pebble as the store uses it. Its log is off: the store has one in
// front, and what reaches Pebble counts only once a flush has made it durable.
// Batches become durable in order and each as a whole, since a memtable holds
// whole batches and memtables are flushed in order.
type engine struct {
	*pebble.DB
	health *health
	// failed has room for one error of Pebble's own goroutines.
	failed chan error
}

const neverStall = 1 << 20

// openEngine opens the database in dir, made if there is none.
func openEngine(o Options, dir string, h *health) (*engine, error) {
	e := &engine{health: h, failed: make(chan error, 1)}
	cache := pebble.NewCache(o.CacheBytes)
	defer cache.Unref()
	po := &pebble.Options{
		FS:                 durable.PebbleFS{FS: o.FS},
		Cache:              cache,
		Merger:             newMerger(),
		DisableWAL:         true,
		FormatMajorVersion: pebble.FormatNewest,
		MemTableSize:       uint64(o.memTableBytes),
		Logger:             engineLogger{o.Logger, h},
		EventListener:      e.listener(),
		// A commit must never wait for Pebble's background: with a failing disk
		// it would wait for ever. What is in memtables is bounded by the head,
		// since a seal ends with a flush.
		MemTableStopWritesThreshold: neverStall,
		L0StopWritesThreshold:       neverStall,
	}
	po.Levels[0].BlockSize = 32 << 10
	for i := range po.Levels {
		// Constant and sparse series shrink three- to fourfold.
		if i >= len(po.Levels)-2 {
			po.Levels[i].Compression = func() *sstable.CompressionProfile { return sstable.ZstdCompression }
		}
	}
	if err := e.open(dir, po); err != nil {
		return nil, fmt.Errorf("open chunks: %w", err)
	}
	return e, nil
}

// open runs in a goroutine of its own, which a fatal error ends (see
// engineLogger), and turns the panic of a failed sync into an error.
func (e *engine) open(dir string, po *pebble.Options) error {
	type opened struct {
		db  *pebble.DB
		err error
	}
	done := make(chan opened, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				done <- opened{err: fmt.Errorf("pebble: %v", r)}
			}
		}()
		db, err := pebble.Open(dir, po)
		done <- opened{db, err}
	}()
	select {
	case r := <-done:
		e.DB = r.db
		return r.err
	case <-e.health.fatal:
		return e.health.cause()
	}
}

func (e *engine) listener() *pebble.EventListener {
	return &pebble.EventListener{
		BackgroundError: func(err error) {
			select {
			case e.failed <- err:
			default:
			}
			e.health.events.Failed(fmt.Errorf("chunks in the background: %w", err))
		},
		DataCorruption: func(info pebble.DataCorruptionInfo) {
			e.health.refuse(fmt.Errorf("chunks are damaged: %s: %w", info.Path, info.Details))
		},
	}
}

// close closes Pebble, unless that would wait for a goroutine which a fatal
// error has ended.
func (e *engine) close() error {
	if e.health.dead() {
		return e.health.cause()
	}
	done := make(chan error, 1)
	go func() { done <- e.Close() }()
	select {
	case err := <-done:
		return err
	case <-e.health.fatal:
		return e.health.cause()
	}
}

// makeDurable flushes all that was written before.
func (e *engine) makeDurable(ctx context.Context) error {
	select {
	case <-e.failed: // of earlier work
	default:
	}
	done, err := e.AsyncFlush()
	if err != nil {
		return fmt.Errorf("flush chunks: %w", err)
	}
	select {
	case <-done:
		return nil
	case err := <-e.failed:
		return fmt.Errorf("flush chunks: %w", err)
	case <-e.health.fatal:
		return fmt.Errorf("flush chunks: %w", e.health.cause())
	case <-ctx.Done():
		return ctx.Err()
	}
}

// engineLogger hands Pebble's words on. After Fatalf Pebble cannot go on and
// must not return to its caller, so the goroutine ends; the process should.
type engineLogger struct {
	log    *slog.Logger
	health *health
}

// Infof implements pebble.Logger.
func (l engineLogger) Infof(format string, args ...any) {
	if l.log.Enabled(context.Background(), slog.LevelDebug) {
		l.log.Debug("pebble", "message", fmt.Sprintf(format, args...))
	}
}

// Errorf implements pebble.Logger.
func (l engineLogger) Errorf(format string, args ...any) { l.Infof(format, args...) }

// Fatalf implements pebble.Logger.
func (l engineLogger) Fatalf(format string, args ...any) {
	l.health.die(fmt.Errorf("chunks: "+format, args...))
	runtime.Goexit()
}
