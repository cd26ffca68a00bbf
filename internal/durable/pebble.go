package durable

import (
	"fmt"
	"log/slog"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// cacheBytes is small on purpose: without cgo the block cache is Go heap.
const cacheBytes = 8 << 20

// Pebble says how a Pebble store is opened. Its name is in errors and logs.
type Pebble struct {
	Name   string
	Dir    string
	FS     vfs.FS                // nil: the disk
	Logger *slog.Logger          // nil: none
	Tune   func(*pebble.Options) // nil: as it is
}

// Open opens or creates the store.
func (p Pebble) Open() (*pebble.DB, error) {
	if p.FS == nil {
		p.FS = vfs.Default
	}
	if err := MakeDir(p.FS, p.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make %s directory: %w", p.Name, err)
	}
	o := p.options()
	defer o.Cache.Unref()
	db, err := pebble.Open(p.Dir, o)
	if err != nil {
		return nil, fmt.Errorf("open %s %s: %w", p.Name, p.Dir, err)
	}
	return db, nil
}

// pebbleLog passes the store's messages on; Fatalf must not return (a failed
// fsync may not be followed by an acknowledgement).
type pebbleLog struct {
	name string
	l    *slog.Logger
}

func (p pebbleLog) Infof(string, ...any) {}

func (p pebbleLog) Errorf(format string, args ...any) {
	p.l.Error(p.name+" store", "message", fmt.Sprintf(format, args...))
}

func (p pebbleLog) Fatalf(format string, args ...any) {
	msg := fmt.Sprintf(format, args...)
	p.l.Error(p.name+" store cannot go on", "message", msg)
	panic(p.name + " store cannot go on: " + msg)
}
