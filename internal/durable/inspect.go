package durable

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strconv"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// Damage is something in a file that should not be so.
type Damage struct {
	File   string
	Offset int64 // -1: not known
	What   string
}

// Error implements error.
func (d *Damage) Error() string {
	if d.Offset < 0 {
		return fmt.Sprintf("%s: %s", d.File, d.What)
	}
	return fmt.Sprintf("%s at offset %d: %s", d.File, d.Offset, d.What)
}

// Inspect opens the store for reading only, verifies the checksums of its
// logs and of all blocks of its tables, and calls fn with it. Nothing on the disk is changed. What is wrong
// comes back as damage; an error is about everything else.
func (p Pebble) Inspect(fn func(*pebble.DB) error) (damage []Damage, err error) {
	if p.FS == nil {
		p.FS = vfs.Default
	}
	if _, err := p.FS.Stat(p.Dir); err != nil {
		return nil, err
	}
	lock, err := pebble.LockDirectory(p.Dir, p.FS)
	if err != nil {
		return nil, fmt.Errorf("%s is in use: %w", p.Dir, err)
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if damage, err = p.checkLogs(); err != nil || len(damage) > 0 {
		return damage, err
	}
	// Opened for reading only, Pebble ends the process by a panic where it cannot
	// go on.
	defer func() {
		if r := recover(); r != nil {
			damage = append(damage, p.damaged(fmt.Errorf("%v", r)))
		}
	}()
	o := p.options()
	o.ReadOnly, o.Lock = true, lock
	defer o.Cache.Unref()
	db, err := pebble.Open(p.Dir, o)
	if err != nil {
		return []Damage{p.damaged(err)}, nil
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	levels, err := db.SSTables()
	if err != nil {
		return nil, err
	}
	o.EnsureDefaults()
	reading := o.MakeReaderOptions()
	for _, level := range levels {
		for _, t := range level {
			path := p.FS.PathJoin(p.Dir, t.BackingSSTNum.String()+".sst")
			if err := verifyTable(p.FS, path, reading); err != nil {
				damage = append(damage, Damage{path, offsetIn(err), err.Error()})
			}
		}
	}
	if len(damage) > 0 {
		return damage, nil // what is read of them would say the same
	}
	if err := fn(db); err != nil {
		if d := (*Damage)(nil); errors.As(err, &d) {
			return []Damage{*d}, nil
		}
		return []Damage{p.damaged(err)}, nil
	}
	return nil, nil
}

// options are those of Open.
func (p Pebble) options() *pebble.Options {
	if p.Logger == nil {
		p.Logger = slog.New(slog.DiscardHandler)
	}
	o := &pebble.Options{
		FS:                 PebbleFS{p.FS},
		Cache:              pebble.NewCache(cacheBytes),
		FormatMajorVersion: pebble.FormatNewest,
		Logger:             pebbleLog{p.Name, p.Logger},
	}
	if p.Tune != nil {
		p.Tune(o)
	}
	return o
}

func verifyTable(fs vfs.FS, path string, o sstable.ReaderOptions) (err error) {
	f, err := fs.Open(path)
	if err != nil {
		return err
	}
	readable, err := sstable.NewSimpleReadable(f)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	r, err := sstable.NewReader(context.Background(), readable, o) // it closes what it is given
	if err != nil {
		return err
	}
	return errors.Join(r.ValidateBlockChecksums(), r.Close())
}

// The words in which Pebble names a place. Whatever is not found is left open.
var (
	namedFile   = regexp.MustCompile(`\b(\d{6}\.(?:log|sst)|MANIFEST-\d{6}|OPTIONS-\d{6})\b`)
	namedOffset = regexp.MustCompile(`(?i)\boffset:? ?(\d+)|block (\d+)/\d+`)
)

// damaged is the damage that an error tells of.
func (p Pebble) damaged(err error) Damage {
	d := Damage{File: p.Dir, Offset: offsetIn(err), What: err.Error()}
	if name := namedFile.FindString(err.Error()); name != "" {
		d.File = p.FS.PathJoin(p.Dir, name)
	}
	return d
}

func offsetIn(err error) int64 {
	m := namedOffset.FindStringSubmatch(err.Error())
	if m == nil {
		return -1
	}
	n, bad := strconv.ParseInt(m[1]+m[2], 10, 64)
	if bad != nil {
		return -1
	}
	return n
}
