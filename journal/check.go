package journal

import (
	"fmt"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/durable"
)

// Contents are what a check found in a journal.
type Contents struct {
	Logs int
	Size
}

// place is an hour of a log.
type place struct {
	log    uint64
	bucket int64
}

// Check reads everything in the journal in dir, holds what its counters say against
// its records, and changes nothing.
func Check(fs vfs.FS, dir string) (c Contents, damage []durable.Damage, err error) {
	o := Options{Dir: dir, FS: fs}.quiet()
	store := durable.Pebble{Name: "journal", Dir: dir, FS: fs, Tune: o.tune}
	damage, err = store.Inspect(func(p *pebble.DB) error {
		db := &DB{p: p, logs: map[string]*entry{}}
		if err := db.load(); err != nil {
			return err
		}
		c.Logs = len(db.logs)
		return db.recount(dir, &c)
	})
	return c, damage, err
}

// recount counts the records anew.
func (db *DB) recount(dir string, c *Contents) error {
	bad := func(format string, args ...any) error {
		return &durable.Damage{File: dir, Offset: -1, What: fmt.Sprintf(format, args...)}
	}
	found := map[place]Size{}
	err := db.visit([]byte{recordKind}, []byte{bucketKind}, func(key, value []byte) error {
		log, at, err := readRecordKey(key)
		var v []byte
		if err == nil {
			v, err = body(value)
		}
		if err != nil {
			return bad("key %x: %v", key, err)
		}
		one := Size{1, int64(len(v))}
		p := place{log, bucketOf(at.Time)}
		found[p], c.Size = found[p].plus(one), c.plus(one)
		return nil
	})
	if err != nil {
		return err
	}
	err = db.visit([]byte{bucketKind}, []byte{bucketKind + 1}, func(key, value []byte) error {
		log, bucket, err := readBucketKey(key)
		var said Size
		if err == nil {
			said, err = readSize(value)
		}
		if err != nil {
			return bad("key %x: %v", key, err)
		}
		p := place{log, bucket}
		if found[p] != said {
			return bad("log %d has %+v in hour %d, its counters say %+v", log, found[p], bucket, said)
		}
		delete(found, p)
		return nil
	})
	for p, size := range found {
		if err == nil {
			err = bad("log %d has %+v in hour %d that no counter tells of", p.log, size, p.bucket)
		}
	}
	return err
}
