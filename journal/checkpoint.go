package journal

import (
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

// Still calls fn while nothing is written to the journal. fn must be quick, since
// writers wait, and must not write.
func (db *DB) Still(fn func() error) error {
	db.write.Lock()
	defer db.write.Unlock()
	return fn()
}

// Checkpoint writes a consistent copy of the journal into dir, which must not be
// there: what Scan shows, and of what is written meanwhile perhaps some.
func (db *DB) Checkpoint(dir string) error {
	if err := db.enter(); err != nil {
		return err
	}
	defer db.gate.Leave()
	if err := db.p.Checkpoint(dir, pebble.WithFlushedWAL()); err != nil {
		return fmt.Errorf("copy journal: %w", err)
	}
	return nil
}
