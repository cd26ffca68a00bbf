package rules_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/rules"
)

// watcher keeps what an observer hears.
type watcher struct {
	mu     sync.Mutex
	routed []rules.Routed
	puts   []rules.Put
}

func (w *watcher) Routed(r rules.Routed) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.routed = append(w.routed, r)
}

func (w *watcher) Put(p rules.Put) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.puts = append(w.puts, p)
}

// Observers hear of each event with the rules that took it, and of each
// PutEvents, whatever became of it.
func TestObserversHear(t *testing.T) {
	t.Parallel()
	one, two := &watcher{}, &watcher{}
	r := newRig(t, func(o *rules.Options) { o.Observer = rules.Observers{one, two} })
	r.rule(rule("default", "a"), `{"source":["shop"]}`, rules.Target{ID: "1", ARN: queueARN("q")}, rules.Target{ID: "2", ARN: queueARN("q")})
	id := r.put(order("default"))
	other := order("default")
	other.Source = "nobody"
	if _, err := r.PutEvents(t.Context(), tenant, []rules.Entry{other, {Source: "shop"}, order("gone")}); err != nil {
		t.Fatal(err)
	}
	huge := order("default")
	huge.Detail = string(make([]byte, 2<<20))
	if _, err := r.PutEvents(t.Context(), tenant, []rules.Entry{huge, huge}); err == nil {
		t.Fatal("4 MiB are taken")
	}
	for _, w := range []*watcher{one, two} {
		w.mu.Lock()
		if len(w.routed) != 2 || w.routed[0].Event.ID != id || w.routed[0].Bus != bus("default") || w.routed[0].At.IsZero() ||
			string(w.routed[0].Envelope) == "" || w.routed[1].Event.Source != "nobody" || len(w.routed[1].Rules) != 0 {
			t.Errorf("routed %+v", w.routed)
		}
		want := []rules.Matched{{RuleName: rule("default", "a"), ARN: "arn:aws:events:us-east-1:123456789012:rule/a", Targets: 2}}
		if diff := cmp.Diff(want, w.routed[0].Rules); diff != "" {
			t.Errorf("rules (-want +got)\n%s", diff)
		}
		var puts [][2]int
		for _, p := range w.puts {
			if p.Tenant != tenant || p.At.IsZero() || p.Took < 0 || p.Bytes == 0 {
				t.Errorf("put %+v", p)
			}
			puts = append(puts, [2]int{p.Entries, p.Failed})
		}
		if diff := cmp.Diff([][2]int{{1, 0}, {3, 1}, {2, 2}}, puts); diff != "" || w.puts[2].Err == nil {
			t.Errorf("entries and failed of puts (-want +got)\n%s", diff)
		}
		w.mu.Unlock()
	}
	// An event whose transaction fails was never there.
	undone := errors.New("undone")
	err := r.db.Update(t.Context(), func(tx *catalog.Tx) error {
		if err := r.Publish(tx, event.Event{ID: "x", Source: "shop", DetailType: "d", Account: tenant.Account, Region: tenant.Region, Detail: []byte(`{}`)}); err != nil {
			return err
		}
		return undone
	})
	if !errors.Is(err, undone) || len(one.routed) != 2 {
		t.Errorf("%v, %d events", err, len(one.routed))
	}
	if n, ok := rules.ParseRule(rule("default", "a").ARN()); !ok || n != rule("default", "a") {
		t.Errorf("parsed %+v", n)
	}
}
