package streams_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/journal"
	"skywatch/metric"
	"skywatch/streams"
)

var (
	tenant = metric.Tenant{Account: "123456789012", Region: "us-east-1"}
	name   = streams.Name{Tenant: tenant, Stream: "s"}
	noon   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// watch is a clock that is set by hand.
type watch struct {
	mu sync.Mutex
	at time.Time
}

func (w *watch) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *watch) Wake(time.Time) (<-chan time.Time, func()) { return make(chan time.Time), func() {} }

func (w *watch) set(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = t
}

// rig is a house with nothing but streams.
type rig struct {
	*streams.Service
	t       *testing.T
	clock   *watch
	db      *catalog.DB
	journal *journal.DB
}

func newRig(t *testing.T, fs vfs.FS) *rig {
	t.Helper()
	r := &rig{t: t, clock: &watch{at: noon}}
	var err error
	if r.db, err = catalog.Open(catalog.Options{Dir: "catalog", FS: fs}); err != nil {
		t.Fatal(err)
	}
	if r.journal, err = journal.Open(journal.Options{Dir: "journal", FS: fs}); err != nil {
		t.Fatal(err)
	}
	if r.Service, err = streams.New(t.Context(), streams.Options{Catalog: r.db, Journal: r.journal, Clock: r.clock}); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *rig) stop() {
	r.t.Helper()
	if err := errors.Join(r.db.Close(), r.journal.Close()); err != nil {
		r.t.Error(err)
	}
}

// fresh is a rig that ends with the test, with a stream of so many shards.
func fresh(t *testing.T, shards int) *rig {
	t.Helper()
	r := newRig(t, vfs.NewMem())
	t.Cleanup(r.stop)
	r.ok(r.Create(t.Context(), streams.Stream{Name: name, Shards: shards}))
	return r
}

func (r *rig) ok(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// read reads all of a shard from a start on, in pages of limit.
func (r *rig) read(shard string, from streams.From, limit int) (all []streams.Record) {
	r.t.Helper()
	token, err := r.Iterator(name, shard, from)
	r.ok(err)
	for {
		p, err := r.Read(tenant, token, limit)
		r.ok(err)
		all, token = append(all, p.Records...), p.Next
		if len(p.Records) == 0 || p.Behind == 0 {
			return all
		}
	}
}
