package tsdb

import (
	"errors"
	"fmt"

	"skywatch/internal/durable"
	"skywatch/tsdb/wal"
)

// Copy is a copy of the store that is being made: all that was acknowledged
// before Mark and nothing that came after it. Appends and reads go on meanwhile;
// what would move data to Pebble waits until Close.
type Copy struct {
	db   *DB
	mark wal.Mark
}

// BeginCopy waits for a seal that is under way.
func (db *DB) BeginCopy() (*Copy, error) {
	db.sealing.Lock()
	if db.stopped() {
		db.sealing.Unlock()
		return nil, ErrClosed
	}
	if db.health.dead() {
		db.sealing.Unlock()
		return nil, db.health.cause()
	}
	return &Copy{db: db}, nil
}

// Mark chooses the moment: now. It waits for the appends under way.
func (c *Copy) Mark() {
	c.db.gate.Lock()
	defer c.db.gate.Unlock()
	c.mark = c.db.log.Mark()
}

// Write makes the directory dir, which must not be there, the copy, durably. What
// Pebble holds only in memory is in the log too, which is cut behind a flush.
func (c *Copy) Write(dir string) error {
	fs := c.db.opts.FS
	if err := durable.MakeDir(fs, dir, 0o755); err != nil {
		return fmt.Errorf("copy time series: %w", err)
	}
	format, err := durable.ReadFile(fs, fs.PathJoin(c.db.opts.Dir, formatFile))
	if err == nil {
		err = durable.WriteFile(fs, fs.PathJoin(dir, formatFile), format)
	}
	if err == nil {
		err = c.db.log.Copy(c.mark, fs.PathJoin(dir, logDir))
	}
	if err == nil {
		err = c.db.chunks.Checkpoint(fs.PathJoin(dir, chunkDir))
	}
	if err != nil {
		return fmt.Errorf("copy time series: %w", errors.Join(err, c.db.health.cause()))
	}
	return durable.SyncDir(fs, dir)
}

// Close ends the copying.
func (c *Copy) Close() { c.db.sealing.Unlock() }
