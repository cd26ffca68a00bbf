package logs_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/journal"
	"skywatch/logs"
	"skywatch/metric"
)

var (
	tenant = metric.Tenant{Account: "123456789012", Region: "us-east-1"}
	group  = logs.GroupName{Tenant: tenant, Group: "/app/web"}
	noon   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

func stream(name string) logs.StreamName { return logs.StreamName{GroupName: group, Stream: name} }

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

// rig is a house with nothing but log groups.
type rig struct {
	*logs.Service
	t       *testing.T
	clock   *watch
	db      *catalog.DB
	journal *journal.DB
}

func newRig(t *testing.T, fs vfs.FS, change ...func(*logs.Options)) *rig {
	t.Helper()
	r := &rig{t: t, clock: &watch{at: noon}}
	var err error
	if r.db, err = catalog.Open(catalog.Options{Dir: "catalog", FS: fs}); err != nil {
		t.Fatal(err)
	}
	if r.journal, err = journal.Open(journal.Options{Dir: "journal", FS: fs}); err != nil {
		t.Fatal(err)
	}
	o := logs.Options{Catalog: r.db, Journal: r.journal, Clock: r.clock}
	for _, f := range change {
		f(&o)
	}
	if r.Service, err = logs.New(t.Context(), o); err != nil {
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

// fresh is a rig that ends with the test, with a group and streams in it.
func fresh(t *testing.T, streams ...string) *rig {
	t.Helper()
	r := newRig(t, vfs.NewMem())
	t.Cleanup(r.stop)
	r.ok(r.CreateGroup(t.Context(), group, nil))
	for _, s := range streams {
		r.ok(r.CreateStream(t.Context(), stream(s)))
	}
	return r
}

func (r *rig) ok(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) refused(err error, kind fault.Kind, words string) {
	r.t.Helper()
	if !fault.Is(err, kind) || !strings.Contains(err.Error(), words) {
		r.t.Errorf("got %v, want %q", err, words)
	}
}

// put adds events at seconds after noon with their messages.
func (r *rig) put(name string, batch ...logs.Event) logs.Rejected {
	r.t.Helper()
	out, err := r.Put(r.t.Context(), stream(name), batch)
	r.ok(err)
	return out
}

func at(d time.Duration, message string) logs.Event {
	return logs.Event{Time: noon.Add(d), Message: message}
}

func said(events []logs.Event) string {
	var all []string
	for _, e := range events {
		all = append(all, e.Message)
	}
	return strings.Join(all, " ")
}

func sought(found []logs.Found) string {
	var all []string
	for _, f := range found {
		all = append(all, f.Stream+":"+f.Message)
	}
	return strings.Join(all, " ")
}
