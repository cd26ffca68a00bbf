package doors

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/rules"
	"skywatch/targets"
)

var tenant = metric.Tenant{Account: "123456789012", Region: "us-east-1"}

// open seals nothing: it shows what was bound to what.
type open struct{}

func (open) Seal(secret string, binding ...string) []byte {
	return []byte(strings.Join(append(binding, secret), "\x00"))
}

func (open) Open(sealed []byte, binding ...string) (string, error) {
	secret, ok := strings.CutPrefix(string(sealed), strings.Join(binding, "\x00")+"\x00")
	if !ok {
		return "", errors.New("bound to another record")
	}
	return secret, nil
}

// rig is a service whose events are kept.
type rig struct {
	*Service
	t      *testing.T
	now    time.Time
	events []event.Event
	mu     sync.Mutex
}

// Routed implements rules.Observer.
func (r *rig) Routed(e rules.Routed) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e.Event)
}

// Put implements rules.Observer.
func (*rig) Put(rules.Put) {}

func newRig(t *testing.T) *rig {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	r := &rig{t: t, now: time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)}
	router, err := rules.New(rules.Options{Catalog: db, Outbox: targets.NewOutbox(nil), Observer: r})
	if err != nil {
		t.Fatal(err)
	}
	r.Service = New(Options{Catalog: db, Rules: router, Sealer: open{}, Now: func() time.Time { return r.now }})
	return r
}

// took returns the events so far and forgets them.
func (r *rig) took() []event.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.events
	r.events = nil
	return out
}

// header makes one of names and values.
func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

// refuses holds the kind and a part of the text of an error.
func refuses(t *testing.T, what string, err error, kind fault.Kind, text string) {
	t.Helper()
	if f := fault.Of(err); f == nil || f.Kind != kind || !strings.Contains(f.Message, text) {
		t.Errorf("%s: %v, want kind %d and %q", what, err, kind, text)
	}
}
